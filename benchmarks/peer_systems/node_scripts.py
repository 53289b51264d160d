"""Node: the scripts in node/, run beside their packages."""

import json
from pathlib import Path

import numpy as np

from benchmarks.harness.subprocess_run import run_with_timeout
from benchmarks.peer_systems.unavailable import PeerUnavailable, summarize_failure
from inkling.datasets.dataset import LabelledSet

SCRIPTS = Path(__file__).parent / "node"


def run_script(name: str, folder: Path, told: dict, seconds: float) -> dict:
    """What a script prints, run in a folder with node_modules. Raises Missing where it fails or takes longer."""
    words = ["node", str(SCRIPTS / f"{name}.mjs"), json.dumps(told)]
    ended = run_with_timeout(words, folder, seconds)
    if ended is None:
        raise PeerUnavailable(f"it did not end within {seconds:.0f} s")
    if ended.code:
        raise PeerUnavailable(f"it does not run here: {summarize_failure(ended.talk)}")
    return json.loads(ended.output.splitlines()[-1])


def write_part(folder: Path, name: str, part: LabelledSet) -> None:
    """Images and labels as bare bytes, as the scripts read them."""
    numbers = np.array([int(label) for label in part.labels], np.uint8)[part.targets]
    (folder / f"{name}.images").write_bytes(np.ascontiguousarray(part.images).tobytes())
    (folder / f"{name}.labels").write_bytes(numbers.tobytes())
