"""A folder on disk with one sub-folder of pictures per label, laid out as described in `image_tree`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from inkling.datasets.dataset import Dataset
from inkling.datasets.formats import image_tree
from inkling.datasets.io.bounded_gzip import read_file
from inkling.errors import InvalidDataset, TooLarge
from inkling.limits import Limits

MAX_DEPTH = 8
"""Levels that are searched. A dataset has three; a home folder given by mistake has many more."""


def read(folder: Path, limits: Limits) -> Dataset:
    """Read a dataset from a folder and name it after the folder. Links to files are followed, links to folders are not."""
    try:
        files = dict(_walk(folder, limits))
    except OSError as error:
        raise InvalidDataset(f"Cannot read {error.filename}: {error.strerror}.") from error
    images = image_tree.find_images(files)
    total = sum(files[image.path] for image in images)
    if total > limits.max_dataset_bytes:
        raise TooLarge(f"The pictures have {total:,} bytes. At most {limits.max_dataset_bytes:,} are allowed.")

    def read_image(image: image_tree.ImageFile) -> bytes:
        return read_file(folder.joinpath(*image.path), limits)

    return image_tree.load_images(folder.resolve().name, images, read_image, limits, check_colors=True)


def _walk(folder: Path, limits: Limits) -> Iterator[tuple[image_tree.Path, int]]:
    """Yield path and size of the regular files below a folder. Raises TooLarge if there are far more files than allowed."""
    count, most = 0, 2 * limits.max_dataset_images + 1000
    for parent, folders, files in os.walk(folder, onerror=_raise):
        above = Path(parent).relative_to(folder).parts
        folders[:] = [name for name in folders if not image_tree.is_hidden((name,))] if len(above) < MAX_DEPTH else []
        count += len(files)
        if count > most:
            raise TooLarge(f"{folder} contains more than {most:,} files.")
        for name in files:
            path = Path(parent, name)
            if path.is_file():
                yield (*above, name), path.stat().st_size


def _raise(error: OSError) -> NoReturn:
    raise error
