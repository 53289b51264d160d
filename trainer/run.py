"""Run: the folder that one fit writes, complete enough to be resumed, evaluated and exported anywhere.

settings.json   every setting in full          data.json       labels, sets with counts and hashes, counts of the parts
best.weights.h5 the network at its best        state.npz       everything that going on needs, as of the last whole epoch
history.jsonl   an event a line                held_out.npz    the validation and test images and targets
report.json     the test report by crops       curves.png, samples.png, tensorboard/
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from server.inference.errors import BadInput
from server.inference.labelled.labelled_set import LabelledSet
from trainer.settings import FitSettings


@dataclass(frozen=True)
class Run:
    """A run folder; every file in it is written beside its place and renamed."""

    path: Path

    @classmethod
    def create(cls, path: Path, settings: FitSettings) -> "Run":
        """Make a new run folder. Raises BadInput where it holds a run already or cannot be made."""
        run = cls(path)
        if run.file("settings.json").exists():
            raise BadInput(
                f"Expected a new folder for the run. Received {path}, which holds one: --resume it or choose another."
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
            run.write_text("settings.json", settings.to_json())
        except OSError as error:
            raise BadInput(f"Expected a folder for the run that can be written. Received {path}: {error.strerror}.") from error
        return run

    @classmethod
    def open(cls, path: Path) -> "Run":
        """Open a run folder. Raises BadInput where there is none."""
        if not (path / "settings.json").is_file():
            raise BadInput(f"Expected the folder of a run. Received {path}, which has no settings.json.")
        return cls(path)

    def file(self, name: str) -> Path:
        """The path of one of the run's files."""
        return self.path / name

    @property
    def settings(self) -> FitSettings:
        return FitSettings.from_json(self.read_text("settings.json"))

    @property
    def data(self) -> dict:
        """labels; sets: name, n, sha256 of each; counts: images of training, validation and test."""
        return json.loads(self.read_text("data.json"))

    @property
    def finished(self) -> bool:
        """Whether the fit came to its end, or was ended by Ctrl-C, so that the run can be exported."""
        return self.file("report.json").exists()

    def read_text(self, name: str) -> str:
        """Read one of the run's text files. Raises BadInput where it is missing."""
        try:
            return self.file(name).read_text("utf-8")
        except OSError as error:
            raise BadInput(f"Expected a run with {name}. Received {self.path}: {error.strerror}.") from error

    def write_text(self, name: str, text: str) -> None:
        """Write one of the run's text files."""
        self.write(name, lambda path: path.write_text(text, "utf-8"))

    def write(self, name: str, writer: Callable[[Path], object]) -> None:
        """Let `writer` write a file beside its place, then rename it."""
        place = self.file(name)
        beside = place.with_name(f".writing-{os.getpid()}-{place.name}")
        try:
            writer(beside)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)

    def write_held_out(self, validation: LabelledSet, test: LabelledSet) -> None:
        """Keep the validation and test images, so that the run can be measured without the data it came from."""
        arrays = {
            "validation_images": validation.images,
            "validation_targets": validation.targets,
            "test_images": test.images,
            "test_targets": test.targets,
        }
        self.write("held_out.npz", lambda path: _save_arrays(path, arrays))

    def held_out(self, part: str) -> LabelledSet:
        """The `validation` or the `test` images."""
        with np.load(self.file("held_out.npz"), allow_pickle=False) as arrays:
            images, targets = arrays[f"{part}_images"], arrays[f"{part}_targets"]
        data = self.data
        name = " + ".join(known["name"] for known in data["sets"]) + f" ({part})"
        return LabelledSet(name, images, tuple(data["labels"]), targets)

    def write_state(self, arrays: dict[str, np.ndarray]) -> None:
        """Keep everything that going on needs."""
        self.write("state.npz", lambda path: _save_arrays(path, arrays))

    def read_state(self) -> dict[str, np.ndarray]:
        """What `write_state` kept. Raises BadInput where no epoch was completed."""
        if not self.file("state.npz").exists():
            raise BadInput(f"Expected a run with at least one whole epoch. Received {self.path}, which has none to go on from.")
        with np.load(self.file("state.npz"), allow_pickle=False) as arrays:
            return dict(arrays)

    def history(self) -> list[dict]:
        """The events of every epoch so far."""
        if not self.file("history.jsonl").exists():
            return []
        return [json.loads(line) for line in self.read_text("history.jsonl").splitlines()]


def _save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
