"""Named arrays in a file: what a run keeps of weights, states and images. Nothing in it is unpickled."""

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from server.inference.errors import BadInput


def save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays as a compressed .npz, whatever the name of the file."""
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read what `save_arrays` wrote. Raises BadInput where it is missing or damaged."""
    with whole(path), path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


@contextmanager
def whole(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong in reading one of our own files into one sentence."""
    try:
        yield
    except FileNotFoundError as error:
        raise BadInput(f"Expected a run with {path.name}. Received {path.parent}, which has none.") from error
    except (OSError, EOFError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise BadInput(f"Expected a whole {path.name} in {path.parent}. Received one that is damaged.") from error


def replace_file(place: Path, writer: Callable[[Path], object]) -> None:
    """Let `writer` write a file beside its place, then rename it: whoever looks sees the old one or the new one, whole."""
    beside = place.with_name(f".writing-{os.getpid()}-{place.name}")
    try:
        writer(beside)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
