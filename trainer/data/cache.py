"""Where the files of a named set lie: in the folder of INKLING_DATA, in the user's cache, or still at their source."""

import os
from pathlib import Path

from platformdirs import user_cache_path

from server.inference.errors import BadData
from server.inference.labelled.idx import image_files
from trainer.data.catalogue import FILES, Source
from trainer.data.download import DownloadFailed, fetch, md5_of

VARIABLE = "INKLING_DATA"


def folder_of(source: Source) -> Path:
    """A folder with the set's IDX files, fetched if need be. Raises BadData or DownloadFailed."""
    own = _own_folder(source.name)
    if own:
        return own
    folder = user_cache_path("inkling") / source.name
    for file, md5 in zip(FILES, source.md5, strict=True):
        place = folder / file
        if not place.is_file() or md5_of(place) != md5:
            try:
                fetch(source.url + file, place, md5)
            except DownloadFailed as error:
                raise DownloadFailed(
                    f"{error} Set {VARIABLE} to a folder that holds {source.name}, give --data PATH, or take "
                    "--data digits, which needs no network."
                ) from error
    return folder


def present(source: Source) -> Path | None:
    """The folder with the set's IDX files, where they need not be fetched first. Raises BadData."""
    own = _own_folder(source.name)
    folder = user_cache_path("inkling") / source.name
    return own or (folder if all((folder / file).is_file() for file in FILES) else None)


def stamp_of(path: Path) -> str:
    """Another whenever a file, or one of those in a folder, is another: names, sizes and times of change."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return ";".join(f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files)


def data_folder() -> Path | None:
    """The folder of INKLING_DATA. Raises BadData where that names none."""
    value = os.environ.get(VARIABLE)
    if not value:
        return None
    folder = Path(value)
    if not folder.is_dir():
        raise BadData(f"Expected {VARIABLE} to name a folder. Received {value!r}.")
    return folder


def _own_folder(name: str) -> Path | None:
    """The set's folder below INKLING_DATA, or, for MNIST, that folder itself. None where it does not hold the set."""
    folder = data_folder()
    if folder is None:
        return None
    candidates = [folder / name, folder] if name == "mnist" else [folder / name]
    return next((path for path in candidates if path.is_dir() and image_files(path)), None)
