"""Run: the folder that a fit writes. It contains everything needed to resume, evaluate and export the fit elsewhere.

settings.json  all settings                  data.json        labels, datasets with counts and hashes, counts of the parts
best.npz       the best weights              checkpoint.npz   what a resume needs, as of the last whole epoch
history.jsonl  a line per epoch              held_out.npz     validation and test images, targets and outliers
changes.jsonl  a line per setting change     report.json      results: test reports by crops, temperature, threshold, versions
config.toml    the settings as a config file tensorboard/, curves.png, samples.png, mistakes.png
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidInput
from trainer.config_file import CONFIG_FILE, format_config
from trainer.data.split import Split
from trainer.io.atomic import reading_file, replace_file
from trainer.io.npz import load_arrays, save_arrays
from trainer.settings import FitSettings


@dataclass(frozen=True)
class Run:
    """A run folder. All writes are atomic; a missing or damaged file raises InvalidInput."""

    path: Path

    @classmethod
    def check_free(cls, path: Path) -> None:
        """Raise InvalidInput if no new run can be created at `path`."""
        if (path / "settings.json").exists():
            raise InvalidInput(f"{path} already contains a run: --resume it or choose another folder.")
        if path.exists() and not path.is_dir():
            raise InvalidInput(f"{path} is a file; a run needs a folder.")

    @classmethod
    def create(cls, path: Path, settings: FitSettings, data: dict) -> "Run":
        """Create a run folder. Raises InvalidInput if `path` already contains a run."""
        cls.check_free(path)
        path.mkdir(parents=True, exist_ok=True)
        run = cls(path)
        run.write_json("data.json", data)
        run.write_settings(settings)
        return run

    def discard(self, with_folder: bool) -> None:
        """Delete a run without an epoch, so that its path is free again. with_folder: and all else in the folder."""
        for name in ("settings.json", CONFIG_FILE, "data.json", "held_out.npz", "history.jsonl"):
            self.file(name).unlink(missing_ok=True)
        if with_folder:
            shutil.rmtree(self.path, ignore_errors=True)

    @classmethod
    def open(cls, path: Path) -> "Run":
        """Open a run folder. Raises InvalidInput if `path` isn't one."""
        if not (path / "settings.json").is_file():
            raise InvalidInput(f"{path} isn't a run folder: it has no settings.json.")
        return cls(path)

    def file(self, name: str) -> Path:
        """Return the path of one of the run's files."""
        return self.path / name

    @property
    def settings(self) -> FitSettings:
        """The fit's settings."""
        with reading_file(self.file("settings.json")):
            return FitSettings.from_dict(json.loads(self.file("settings.json").read_text("utf-8")))

    def write_settings(self, settings: FitSettings) -> None:
        """Write settings.json, and config.toml for a fit with the same settings."""
        self.write(CONFIG_FILE, lambda path: path.write_text(format_config(settings), "utf-8"))
        self.write_json("settings.json", settings.to_dict())

    @property
    def data(self) -> dict:
        """labels; specs: of the datasets; sets: name, n, sha256 of each; outliers: the same; counts: images of each part.

        Of a lesson also: lesson, its id, name and steps.
        With teachers also: teacher_runs, their paths; teachers: name, network, layers, sha256 of each.
        """
        return self.read_json("data.json")

    @property
    def finished(self) -> bool:
        """Whether the fit has ended or was stopped, so that the run can be exported."""
        return self.file("report.json").exists() and self.file("best.npz").exists()

    def read_json(self, name: str) -> dict:
        """Read a JSON object."""
        with reading_file(self.file(name)):
            value = json.loads(self.file(name).read_text("utf-8"))
            if not isinstance(value, dict):
                raise ValueError(name)
            return value

    def write_json(self, name: str, value: dict) -> None:
        """Write a JSON object."""
        text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        self.write(name, lambda path: path.write_text(text, "utf-8"))

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Write a file atomically: `write` gets the temporary path."""
        replace_file(self.file(name), write)

    def write_held_out(self, parts: Split) -> None:
        """Save the validation and test images, so that the run can be evaluated without its datasets."""
        arrays: dict[str, np.ndarray] = {}
        for part in ("validation", "test"):
            dataset, outliers = getattr(parts, part), getattr(parts.outliers, part, None)
            arrays |= {f"{part}_images": dataset.images, f"{part}_targets": dataset.targets}
            if outliers is not None:
                arrays[f"{part}_outliers"] = outliers.images
        self.write("held_out.npz", lambda path: save_arrays(path, arrays))

    def held_out(self, part: str) -> Dataset:
        """Return the images of the part `validation` or `test`; for a lesson, which holds none out, those it trained on."""
        arrays, data = load_arrays(self.file("held_out.npz")), self.data
        part_name = part if data["counts"]["validation"] else "training"
        name = " + ".join(each["name"] for each in data["sets"]) + f" ({part_name})"
        with reading_file(self.file("held_out.npz")):
            return Dataset(name, arrays[f"{part}_images"], tuple(data["labels"]), arrays[f"{part}_targets"])

    def held_out_outliers(self, part: str) -> Dataset | None:
        """Return the outliers of the part `validation` or `test`, all with one label; None if there are none."""
        images = load_arrays(self.file("held_out.npz")).get(f"{part}_outliers")
        if images is None or not len(images):
            return None
        name = " + ".join(each["name"] for each in self.data["outliers"]) + f" ({part})"
        return Dataset(name, images, ("none",), np.zeros(len(images), np.int64))

    @property
    def fitted(self) -> dict:
        """Results of the finished fit: device, backend, seconds, versions, commit, temperature, known; empty before."""
        return self.read_json("report.json")["fitted"] if self.finished else {}

    def write_weights(self, weights: list[np.ndarray]) -> None:
        """Save the best weights, in the order of the network's layers."""
        arrays = {f"{index:04d}": weight for index, weight in enumerate(weights)}
        self.write("best.npz", lambda path: save_arrays(path, arrays))

    def read_weights(self) -> list[np.ndarray]:
        """Read the best weights."""
        arrays = load_arrays(self.file("best.npz"))
        return [arrays[name] for name in sorted(arrays)]

    def history(self) -> list[dict]:
        """Return the epoch events so far."""
        path = self.file("history.jsonl")
        if not path.exists():
            return []
        with reading_file(path):
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            if [row["epoch"] for row in rows] != list(range(1, len(rows) + 1)):
                raise ValueError(path.name)
            return rows
