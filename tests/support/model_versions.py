"""Versions of a model file, and the memory that a server process needs while many are published."""

import os
import subprocess
import sys
from pathlib import Path

from inkling.models.repository import ModelRepository
from tests.support.fake_model import fake_card, write_fake_model

LABELS = [str(digit) for digit in range(10)]
MEBI = 1 << 20
PUBLICATIONS = 100
STROKES = [[[0, 0], [60, 0], [20, 110]]]


def write_model_version(folder: Path, number: int, **card_changes: str) -> Path:
    """Write a model file, version-NUMBER.onnx, whose content differs from that of every other number."""
    path = folder / f"version-{number}.onnx"
    created = f"2026-01-01T00:00:00.{number:06}+00:00"
    return write_fake_model(path, card=fake_card(LABELS, created=created, **card_changes))


def model_file(repository: ModelRepository, number: int) -> Path:
    """Write such a file next to the folder of a repository."""
    return write_model_version(repository.folder.parent, number)


def measure_publications(models: Path, folder: Path, *, explain: bool) -> list[int]:
    """Resident memory of a process in bytes after each of PUBLICATIONS models of 2 MiB; explain: call /explain each time."""
    files = [write_model_version(folder, number, note="x" * (2 * MEBI)) for number in (1, 2)]
    store, mode = f"sqlite:///{folder / 'publications.db'}", "explain" if explain else "load"
    command = [sys.executable, "-m", "tests.support.model_versions", str(models), store, mode, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split()]


def main(models: str, store: str, mode: str, *files: str) -> None:
    """Publish the files alternately, load each version, and print the resident memory after each."""
    from inkling.service.malloc import set_malloc_thresholds, trim_heap
    from server.app import create_app
    from server.extensions import EXTENSION_KEY
    from server.services.model_watcher import ModelWatcher
    from server.settings import Settings

    set_malloc_thresholds()
    app = create_app(Settings(models=models, store=store))
    state = app.extensions[EXTENSION_KEY]
    watcher = ModelWatcher(state.models, state.metrics)
    for number in range(PUBLICATIONS):
        ModelRepository(Path(models)).publish(Path(files[number % len(files)]), "digits")
        if watcher.scan() or not watcher.scan():
            sys.exit("not loaded by the second scan")
        if mode == "explain":
            response = app.test_client().post("/explain?show=activations", json={"strokes": STROKES})
            if response.status_code != 200:
                sys.exit(response.text)
        trim_heap()
        print(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE"))  # noqa: T201 its result


if __name__ == "__main__":
    main(*sys.argv[1:])
