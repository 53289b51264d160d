"""Run: the folder that one fit writes, complete enough to be resumed, evaluated and exported anywhere.

settings.json  every setting in full           data.json      labels, sets with counts and hashes, counts of the parts
best.npz       the network's best weights      state.npz      everything that going on needs, as of the last whole epoch
history.jsonl  a line an epoch                 held_out.npz   the validation and test images, targets and outliers
changes.jsonl  a line a change by hand         report.json    the test report by crops
curves.png, samples.png, tensorboard/
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkling.datasets.dataset import LabelledSet
from inkling.errors import BadInput
from trainer.data.split import Split
from trainer.io.atomic import replace_file, whole
from trainer.io.npz import load_arrays, save_arrays
from trainer.settings import FitSettings


@dataclass(frozen=True)
class Run:
    """A run folder; every file in it is written beside its place and renamed. Damaged files raise BadInput."""

    path: Path

    @classmethod
    def check_free(cls, path: Path) -> None:
        """Raise BadInput where a new run could not be made at `path`, as far as can be told beforehand."""
        if (path / "settings.json").exists():
            raise BadInput(
                f"Expected a new folder for the run. Received {path}, which holds one: --resume it or choose another."
            )
        if path.exists() and not path.is_dir():
            raise BadInput(f"Expected a folder for the run. Received {path}, which is a file.")

    @classmethod
    def create(cls, path: Path, settings: FitSettings, data: dict) -> "Run":
        """Make a new run folder. Raises BadInput where it holds a run already."""
        cls.check_free(path)
        path.mkdir(parents=True, exist_ok=True)
        run = cls(path)
        run.write_json("data.json", data)
        run.write_json("settings.json", settings.to_dict())
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
        with whole(self.file("settings.json")):
            return FitSettings.from_dict(json.loads(self.file("settings.json").read_text("utf-8")))

    @property
    def data(self) -> dict:
        """labels; specs: where the sets are; sets: name, n, sha256 of each; outliers: the same; counts: of each part.

        A lesson's: lesson, its id, name and steps; offsets: the windows that its card names, where they are not the usual ones.
        Where the fit had teachers, teacher_runs: where they are; teachers: name, network, layers, sha256 of each.
        """
        return self.read_json("data.json")

    @property
    def finished(self) -> bool:
        """Whether the fit came to its end, or was ended by Ctrl-C, so that the run can be exported."""
        return self.file("report.json").exists() and self.file("best.npz").exists()

    def read_json(self, name: str) -> dict:
        """Read one of the run's JSON objects."""
        with whole(self.file(name)):
            value = json.loads(self.file(name).read_text("utf-8"))
            if not isinstance(value, dict):
                raise ValueError(name)
            return value

    def write_json(self, name: str, value: dict) -> None:
        """Write a JSON object."""
        text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        self.write(name, lambda path: path.write_text(text, "utf-8"))

    def write(self, name: str, writer: Callable[[Path], object]) -> None:
        """Let `writer` write a file beside its place, then rename it."""
        replace_file(self.file(name), writer)

    def write_held_out(self, parts: Split) -> None:
        """Keep the validation and test images, so that the run can be measured without the data it came from."""
        arrays = {}
        for part in ("validation", "test"):
            known, outliers = getattr(parts, part), getattr(parts.outliers, part, None)
            arrays |= {f"{part}_images": known.images, f"{part}_targets": known.targets}
            if outliers is not None:
                arrays[f"{part}_outliers"] = outliers.images
        self.write("held_out.npz", lambda path: save_arrays(path, arrays))

    def held_out(self, part: str) -> LabelledSet:
        """The `validation` or the `test` images."""
        arrays, data = load_arrays(self.file("held_out.npz")), self.data
        name = " + ".join(known["name"] for known in data["sets"]) + f" ({part})"
        with whole(self.file("held_out.npz")):
            return LabelledSet(name, arrays[f"{part}_images"], tuple(data["labels"]), arrays[f"{part}_targets"])

    def held_out_outliers(self, part: str) -> LabelledSet | None:
        """The outliers of the `validation` or the `test` part, under one label; None where the fit had none there."""
        images = load_arrays(self.file("held_out.npz")).get(f"{part}_outliers")
        if images is None or not len(images):
            return None
        name = " + ".join(known["name"] for known in self.data["outliers"]) + f" ({part})"
        return LabelledSet(name, images, ("none",), np.zeros(len(images), np.int64))

    @property
    def fitted(self) -> dict:
        """What was found once the weights were final: device, seconds, versions, temperature, known; empty before."""
        return self.read_json("report.json")["fitted"] if self.finished else {}

    def write_weights(self, weights: list[np.ndarray]) -> None:
        """Keep the best weights, in the order of the network's layers."""
        arrays = {f"{place:04d}": weight for place, weight in enumerate(weights)}
        self.write("best.npz", lambda path: save_arrays(path, arrays))

    def read_weights(self) -> list[np.ndarray]:
        """The best weights."""
        arrays = load_arrays(self.file("best.npz"))
        return [arrays[name] for name in sorted(arrays)]

    def history(self) -> list[dict]:
        """The events of every epoch so far."""
        place = self.file("history.jsonl")
        if not place.exists():
            return []
        with whole(place):
            rows = [json.loads(line) for line in place.read_text("utf-8").splitlines()]
            if [row["epoch"] for row in rows] != list(range(1, len(rows) + 1)):
                raise ValueError(place.name)
            return rows
