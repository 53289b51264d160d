"""LineRun: the folder of a fit of a line network."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inkling.errors import InvalidInput
from inkling.recognition.line_image import LINE_SIDE
from trainer.io.atomic import reading_file, replace_file
from trainer.lines.samples import LineSample
from trainer.lines.settings import LineSettings

STATE, SAMPLES, CHECKPOINT, NETWORK = "lines.json", "samples.npz", "checkpoint.keras", "lines.onnx"


@dataclass(frozen=True)
class LineRun:
    """lines.json: settings, datasets and epochs. samples.npz, checkpoint.keras: until the fit is finished. lines.onnx: then."""

    path: Path

    @classmethod
    def create(cls, path: Path, settings: LineSettings) -> "LineRun":
        """Create the folder. Raises InvalidInput if it exists and isn't empty, or can't be written."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(path.iterdir()):
                raise InvalidInput(f"{path} isn't empty. Choose another --run, or continue with --resume.")
        except OSError as error:
            raise InvalidInput(f"Cannot write {path}: {error.strerror}.") from error
        run = cls(path)
        run.write_state({"settings": settings.to_dict(), "epochs": []})
        return run

    @classmethod
    def open(cls, path: Path) -> "LineRun":
        """Open a folder. Raises InvalidInput if it has no line network."""
        if not (path / STATE).exists():
            raise InvalidInput(f"{path} isn't the run of a line network: it has no {STATE}.")
        run = cls(path)
        with reading_file(path / STATE):
            _ = run.settings, run.state["epochs"]
        return run

    @property
    def state(self) -> dict[str, Any]:
        """The content of lines.json."""
        with reading_file(self.path / STATE):
            state: dict[str, Any] = json.loads((self.path / STATE).read_text())
            return state

    @property
    def settings(self) -> LineSettings:
        """The settings of the fit."""
        return LineSettings.from_dict(self.state["settings"])

    @property
    def checkpoint(self) -> Path:
        return self.path / CHECKPOINT

    @property
    def finished(self) -> bool:
        """Whether the network was exported."""
        return (self.path / NETWORK).exists()

    def write_state(self, state: dict[str, Any]) -> None:
        """Replace lines.json."""
        replace_file(self.path / STATE, lambda path: path.write_text(json.dumps(state, indent=2)))

    def write_samples(self, training: list[LineSample], validation: list[LineSample]) -> None:
        """Keep the composed lines for a resumed fit."""
        arrays = {}
        for name, samples in (("training", training), ("validation", validation)):
            arrays[f"{name}_pixels"] = np.concatenate([sample.image for sample in samples], 1)
            arrays[f"{name}_widths"] = np.array([sample.image.shape[1] for sample in samples])
            arrays[f"{name}_symbols"] = np.concatenate([np.array(sample.symbols, np.uint8) for sample in samples])
            arrays[f"{name}_lengths"] = np.array([len(sample.symbols) for sample in samples])
        replace_file(self.path / SAMPLES, lambda path: _save(path, arrays))

    def read_samples(self) -> tuple[list[LineSample], list[LineSample]] | None:
        """The lines of an interrupted fit, None if there are none."""
        if not (self.path / SAMPLES).exists():
            return None
        with reading_file(self.path / SAMPLES), np.load(self.path / SAMPLES) as arrays:
            training, validation = (_split_samples(*(arrays[f"{name}_{part}"] for part in PARTS)) for name in SETS)
            return training, validation

    def finish(self, network: bytes) -> None:
        """Write the network's ONNX file and delete what only a resumed fit needs."""
        replace_file(self.path / NETWORK, lambda path: path.write_bytes(network))
        for name in (SAMPLES, CHECKPOINT):
            (self.path / name).unlink(missing_ok=True)

    def discard(self) -> None:
        """Delete a new run, so that its path is free."""
        (self.path / STATE).unlink()
        with suppress(OSError):  # something else is in the folder
            self.path.rmdir()

    def read_network(self) -> bytes:
        """The network's ONNX file. Raises InvalidInput if the fit isn't finished."""
        if not self.finished:
            raise InvalidInput(f"The run {self.path} isn't finished. Continue it with --resume.")
        return (self.path / NETWORK).read_bytes()


SETS = ("training", "validation")
PARTS = ("pixels", "widths", "symbols", "lengths")


def _save(path: Path, arrays: dict[str, np.ndarray]) -> None:
    with path.open("wb") as file:  # numpy would append .npz to the name
        np.savez_compressed(file, allow_pickle=False, **arrays)


def _split_samples(pixels: np.ndarray, widths: np.ndarray, symbols: np.ndarray, lengths: np.ndarray) -> list[LineSample]:
    images = np.split(pixels.reshape(LINE_SIDE, -1), np.cumsum(widths)[:-1], axis=1)
    texts = np.split(symbols, np.cumsum(lengths)[:-1])
    return [LineSample(np.ascontiguousarray(image), text.tolist()) for image, text in zip(images, texts, strict=True)]
