"""Where the files of a named set lie: in the folder of INKLING_DATA, in the user's cache, or still at their source."""

import os
from pathlib import Path

from inkling.datasets import registry
from inkling.datasets.registry import DATA_FOLDER_VARIABLE, IDX_FILES
from inkling.errors import InvalidDataset
from inkling.service.store.locations import cache_folder
from trainer.data.download import DownloadFailed, fetch, md5_of
from trainer.data.sources import Source


def folder_of(source: Source) -> Path:
    """A folder with the set's IDX files, fetched if need be. Raises BadData or DownloadFailed."""
    own = registry.find_user_folder(source.name, data_folder())
    if own:
        return own
    folder = cache_folder() / source.name
    for file, md5 in zip(IDX_FILES, source.md5, strict=True):
        place = folder / file
        if not place.is_file() or md5_of(place) != md5:
            try:
                fetch(source.url + file, place, md5)
            except DownloadFailed as error:
                raise DownloadFailed(
                    f"{error} Set {DATA_FOLDER_VARIABLE} to a folder that holds {source.name}, give --data PATH, or take "
                    "--data digits, which needs no network."
                ) from error
    return folder


def present(source: Source) -> Path | None:
    """The folder with the set's IDX files, where they need not be fetched first. Raises BadData."""
    return registry.find_folder(source.name, data_folder(), cache_folder())


def data_folder() -> Path | None:
    """The folder of INKLING_DATA. Raises BadData where that names none."""
    value = os.environ.get(DATA_FOLDER_VARIABLE)
    if not value:
        return None
    folder = Path(value)
    if not folder.is_dir():
        raise InvalidDataset(f"Expected {DATA_FOLDER_VARIABLE} to name a folder. Received {value!r}.")
    return folder
