"""Shelf: a folder of models, each file with the versions that stood in its place before."""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from inkling.errors import BadInput, BadModel, InUse, NoEarlierVersion, NotWritten
from inkling.models.smoke_test import load_answering

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What a model may be called: it becomes part of addresses, metrics and file names."""

FOLDER = ".versions"
KEPT = 5
"""Versions of a model that are kept beside the one that answers."""

VERSION = re.compile(r"(\d{6,})-([0-9a-f]{64})\.onnx")
WITHDRAWN = "withdrawn.onnx"
"""What was last rolled back from: no version to go back to, but nothing is lost by going back."""

BLOCK = 1 << 20


@dataclass(frozen=True)
class Version:
    """A file that stood in a model's place. number: counts up from 1; published: when it was put there, ISO 8601 UTC."""

    number: int
    sha256: str
    published: str
    path: Path


class Shelf:
    """A folder of models. Who looks into it sees each file as it was or as it is now, whole."""

    def __init__(self, folder: Path):
        self.folder = folder

    def place(self, name: str) -> Path:
        """Where the model of a name stands. Raises BadInput for what cannot be one, such as a path."""
        if not NAME.fullmatch(name):
            raise BadInput(f"Expected a name of letters, digits, '.', '_' and '-', at most 100. Received {name!a:.120}.")
        return self.folder / f"{name}.onnx"

    def versions(self, name: str) -> list[Version]:
        """The versions before the one that stands there, newest first."""
        kept = self._kept(name)
        paths = list(kept.iterdir()) if NAME.fullmatch(name) and kept.is_dir() else []
        versions = [version for path in paths if (version := _version(path))]
        return sorted(versions, key=lambda version: version.number, reverse=True)

    def put(self, made: Path, name: str) -> Path:
        """Put a copy of a model file into the place of a name, once it answers; what stood there becomes a version.

        Raises BadInput, BadModel, InUse where the place is being changed, and NotWritten, as on a full disk. Then what
        stood there stays.
        """
        place = self.place(name)
        if not made.is_file():
            raise BadInput(f"Expected a model file. Received {made.name}, which is not there.")
        load_answering(made)
        with self._changing(name):
            with _beside(made, place) as beside:
                beside.touch()  # from now on it is published
                if place.exists() and sha256(place) != sha256(beside):
                    self._keep(place, name)
                beside.replace(place)
            for version in self.versions(name)[KEPT:]:
                version.path.unlink()
        return place

    def roll_back(self, name: str) -> Version:
        """Put the newest version back into its place; a further call goes further back.

        Raises BadInput, BadModel where it does not answer any more, NoEarlierVersion, InUse and NotWritten.
        """
        place = self.place(name)
        if not self.versions(name):  # nothing is written for a name that nobody has published
            raise _no_version(name)
        with self._changing(name):
            versions = self.versions(name)
            if versions and place.exists() and versions[0].sha256 == sha256(place):  # a put that was killed midway kept it
                versions.pop(0).path.unlink()
            if not versions:
                raise _no_version(name)
            load_answering(versions[0].path)
            if place.exists():
                _copy(place, self._kept(name) / WITHDRAWN)
            versions[0].path.replace(place)
            return versions[0]

    def _kept(self, name: str) -> Path:
        return self.folder / FOLDER / name

    def _keep(self, place: Path, name: str) -> None:
        """Make what stands in a place a version, unless it is one already, or would not answer if it were put back."""
        digest, versions = sha256(place), self.versions(name)
        if versions and versions[0].sha256 == digest:
            return
        try:
            load_answering(place)
        except BadModel:
            return
        number = versions[0].number + 1 if versions else 1
        _copy(place, self._kept(name) / f"{number:06}-{digest}.onnx")

    @contextmanager
    def _changing(self, name: str) -> Iterator[None]:
        """Change what belongs to a name, alone: the system lets go of the lock even where a process is killed."""
        try:
            self._kept(name).mkdir(parents=True, exist_ok=True)
            with (self._kept(name) / ".lock").open("ab") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise InUse(f"Expected {name} when nobody else changes it. Received one more change.") from error
                yield
        except OSError as error:
            raise NotWritten(
                f"Expected room and leave to write the model {name}. Received: {error.strerror or error}."
            ) from error


def _version(path: Path) -> Version | None:
    """What a file is as a version; None where it is none, or has just gone."""
    match = VERSION.fullmatch(path.name)
    try:
        seconds = path.stat().st_mtime
    except FileNotFoundError:
        return None
    if match is None:
        return None
    published = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return Version(int(match[1]), match[2], published, path)


def _no_version(name: str) -> NoEarlierVersion:
    return NoEarlierVersion(f"Expected a model with a version before. Received {name}, of which none is kept.")


def _copy(source: Path, place: Path) -> None:
    with _beside(source, place) as beside:
        beside.replace(place)


@contextmanager
def _beside(source: Path, place: Path) -> Iterator[Path]:
    """A copy of a file under a hidden name in the folder of its place, safely on the disk; gone after the block."""
    beside = place.with_name(f".writing-{os.getpid()}-{place.name}")
    try:
        shutil.copy2(source, beside)
        with beside.open("rb+") as file:
            os.fsync(file)
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """Fingerprint of a file, read block by block."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def sha256_of(data: bytes) -> str:
    """Fingerprint of a file that is read already."""
    return hashlib.sha256(data).hexdigest()
