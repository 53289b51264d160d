"""Runs the scripts in node/ with a peer's packages."""

import json
import subprocess
from pathlib import Path

import numpy as np

from benchmarks.harness.subprocess_run import run_with_timeout
from benchmarks.peer_systems.unavailable import PeerUnavailable, summarize_failure
from inkling.datasets.dataset import Dataset

SCRIPTS = Path(__file__).parent / "node"


def run_script(name: str, folder: Path, options: dict, timeout: float) -> dict:
    """Run a script in a folder with node_modules; returns the JSON it prints. Raises PeerUnavailable if it fails."""
    try:
        done = run_with_timeout(["node", str(SCRIPTS / f"{name}.mjs"), json.dumps(options)], folder, timeout)
    except subprocess.TimeoutExpired:
        raise PeerUnavailable(f"it did not finish within {timeout:.0f} s") from None
    if done.returncode:
        raise PeerUnavailable(f"it does not run here: {summarize_failure(done.stderr)}")
    return json.loads(done.stdout.splitlines()[-1])


def write_split(folder: Path, name: str, dataset: Dataset) -> None:
    """Write images and labels as raw bytes, the format the scripts read."""
    numbers = np.array([int(label) for label in dataset.labels], np.uint8)[dataset.targets]
    (folder / f"{name}.images").write_bytes(np.ascontiguousarray(dataset.images).tobytes())
    (folder / f"{name}.labels").write_bytes(numbers.tobytes())
