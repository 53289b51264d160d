"""A folder on disk with a sub-folder a label and pictures inside, as `tree` describes it."""

import os
from collections.abc import Iterator
from pathlib import Path

from inkling.datasets.dataset import LabelledSet
from inkling.datasets.formats import image_tree
from inkling.datasets.io.bounded_gzip import read_file
from inkling.errors import BadData, TooLarge
from inkling.limits import Limits

DEEPEST = 8
"""Levels that are looked through. A data set has three; a home folder that was named by mistake has many more."""


def read(folder: Path, limits: Limits) -> LabelledSet:
    """A set from a folder, named by it. Links to files are followed, links to folders are not."""
    files = dict(_walk(folder, limits))
    found = image_tree.leaves(files)
    total = sum(files[leaf.path] for leaf in found)
    if total > limits.max_set_bytes:
        raise TooLarge(f"Expected at most {limits.max_set_bytes:,} bytes of pictures. Received {total:,}.")
    return image_tree.read(folder.resolve().name, found, lambda leaf: read_file(folder.joinpath(*leaf.path), limits), limits)


def _walk(folder: Path, limits: Limits) -> Iterator[tuple[image_tree.Path, int]]:
    """The regular files below a folder, as path and size. Raises TooLarge for far more files than a set has."""
    count, most = 0, 2 * limits.max_set_images + 1000
    try:
        for place, folders, files in os.walk(folder, onerror=_refuse):
            above = Path(place).relative_to(folder).parts
            folders[:] = [name for name in folders if not image_tree.is_hidden((name,))] if len(above) < DEEPEST else []
            count += len(files)
            if count > most:
                raise TooLarge(f"Expected a folder of at most {most:,} files. Received more in {folder}.")
            for name in files:
                path = Path(place, name)
                if path.is_file():
                    yield (*above, name), path.stat().st_size
    except OSError as error:
        _refuse(error)


def _refuse(error: OSError) -> None:
    raise BadData(f"Expected a folder that can be read. Received {error.filename}: {error.strerror}.") from error
