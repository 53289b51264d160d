"""Compressed .npz files of named arrays, without pickle."""

from pathlib import Path

import numpy as np

from trainer.io.atomic import reading_file


def save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays as a compressed .npz, whatever the file's extension."""
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # numpy's stub takes **arrays for its own keywords


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read what `save_arrays` wrote. Raises InvalidInput if the file is missing or damaged."""
    with reading_file(path), path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)
