"""Finds the files of a named dataset: in the folder INKLING_DATA, in the user's cache, or at their source."""

import os
from pathlib import Path

from inkling.datasets import registry
from inkling.datasets.registry import DATA_FOLDER_VARIABLE, IDX_FILES
from inkling.errors import InvalidDataset
from inkling.service.store.locations import cache_folder
from trainer.data.download import DownloadFailed, download, file_md5
from trainer.data.sources import Source


def ensure_downloaded(source: Source) -> Path:
    """Return a folder with the dataset's IDX files; download missing ones. Raises InvalidDataset or DownloadFailed."""
    user_folder = registry.find_user_folder(source.name, data_folder())
    if user_folder:
        return user_folder
    folder = cache_folder() / source.name
    for file, md5 in zip(IDX_FILES, source.md5, strict=True):
        path = folder / file
        if not path.is_file() or file_md5(path) != md5:
            try:
                download(source.url + file, path, md5)
            except DownloadFailed as error:
                raise DownloadFailed(
                    f"{error} Without network access, use --data digits or --data PATH, or set {DATA_FOLDER_VARIABLE} to a "
                    f"folder that contains {source.name}."
                ) from error
    return folder


def find_downloaded(source: Source) -> Path | None:
    """Return the folder with the dataset's IDX files, or None if they are not downloaded. Raises InvalidDataset."""
    return registry.find_folder(source.name, data_folder(), cache_folder())


def data_folder() -> Path | None:
    """Return the folder INKLING_DATA, if set. Raises InvalidDataset if it does not exist."""
    value = os.environ.get(DATA_FOLDER_VARIABLE)
    if not value:
        return None
    folder = Path(value)
    if not folder.is_dir():
        raise InvalidDataset(f"{DATA_FOLDER_VARIABLE} is not a folder: {value!r}.")
    return folder
