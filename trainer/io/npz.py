"""Named arrays in a file: what a run keeps of weights, states and images. Nothing in it is unpickled."""

from pathlib import Path

import numpy as np

from trainer.io.atomic import whole


def save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays as a compressed .npz, whatever the name of the file."""
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read what `save_arrays` wrote. Raises BadInput where it is missing or damaged."""
    with whole(path), path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)
