"""ModelRepository: a folder of model files, each with its previous versions."""

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

from inkling.errors import InvalidInput, InvalidModel, ModelLocked, NoPreviousVersion, WriteFailed
from inkling.models.smoke_test import load_verified

NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Allowed model names: they become part of URLs, metrics and file names."""

VERSIONS_FOLDER = ".versions"
MAX_VERSIONS = 5
"""Previous versions that are kept of each model."""

VERSION_PATTERN = re.compile(r"(\d{6,})-([0-9a-f]{64})\.onnx")
ROLLED_BACK = "rolled-back.onnx"
"""The file that was replaced by the last rollback. It isn't a version to roll back to, but nothing is lost by a rollback."""

CHUNK = 1 << 20


@dataclass(frozen=True)
class ModelVersion:
    """A previous version of a model. number: counts up from 1; published: when it was published, ISO 8601 UTC."""

    number: int
    sha256: str
    published: str
    path: Path


class ModelRepository:
    """A folder of models. Readers always see a complete file, either the old or the new one."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, name: str) -> Path:
        """Return the path of a model. Raises InvalidInput if the name isn't allowed, for example because it is a path."""
        if not NAME_PATTERN.fullmatch(name):
            raise InvalidInput(
                f"{name!a:.120} isn't a valid model name. Use at most 100 letters, digits, '.', '_' and '-', starting with a "
                "letter or digit."
            )
        return self.folder / f"{name}.onnx"

    def versions(self, name: str) -> list[ModelVersion]:
        """Return the previous versions of a model, newest first."""
        folder = self._versions_folder(name)
        paths = list(folder.iterdir()) if NAME_PATTERN.fullmatch(name) and folder.is_dir() else []
        versions = [version for path in paths if (version := _parse_version(path))]
        return sorted(versions, key=lambda version: version.number, reverse=True)

    def publish(self, file: Path, name: str) -> Path:
        """Copy a model file into the repository under a name, after verifying it; the current file becomes a version.

        Raises InvalidInput, InvalidModel, ModelLocked, or WriteFailed, for example if the disk is full. The current file then
        stays.
        """
        path = self.path(name)
        if not file.is_file():
            raise InvalidInput(f"The model file {file.name} doesn't exist.")
        load_verified(file)
        with self._locked(name):
            with _temporary_copy(file, path) as copy:
                copy.touch()  # its modification time is the time of publication
                if path.exists() and file_sha256(path) != file_sha256(copy):
                    self._archive(path, name)
                copy.replace(path)
            for version in self.versions(name)[MAX_VERSIONS:]:
                version.path.unlink()
        return path

    def rollback(self, name: str) -> ModelVersion:
        """Replace a model by its newest previous version; calling it again goes back further.

        Raises InvalidInput, InvalidModel if that version can't be loaded any more, NoPreviousVersion, ModelLocked or
        WriteFailed.
        """
        path = self.path(name)
        if not self.versions(name):  # don't create a folder for a name that was never published
            raise _no_previous_version(name)
        with self._locked(name):
            versions = self.versions(name)
            # if `publish` was killed halfway, the newest version is a copy of the current file
            if versions and path.exists() and versions[0].sha256 == file_sha256(path):
                versions.pop(0).path.unlink()
            if not versions:
                raise _no_previous_version(name)
            load_verified(versions[0].path)
            if path.exists():
                _copy(path, self._versions_folder(name) / ROLLED_BACK)
            versions[0].path.replace(path)
            return versions[0]

    def _versions_folder(self, name: str) -> Path:
        return self.folder / VERSIONS_FOLDER / name

    def _archive(self, path: Path, name: str) -> None:
        """Make the current file a version, unless it already is one or can't be loaded."""
        digest, versions = file_sha256(path), self.versions(name)
        if versions and versions[0].sha256 == digest:
            return
        try:
            load_verified(path)
        except InvalidModel:
            return
        number = versions[0].number + 1 if versions else 1
        _copy(path, self._versions_folder(name) / f"{number:06}-{digest}.onnx")

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """Hold the model's lock. The system releases it even if the process is killed."""
        try:
            self._versions_folder(name).mkdir(parents=True, exist_ok=True)
            with (self._versions_folder(name) / ".lock").open("ab") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise ModelLocked(f"Model {name!r} is locked by another operation. Retry later.") from error
                yield
        except OSError as error:
            raise WriteFailed(f"Cannot write model {name!r}: {error.strerror or error}.") from error


def _parse_version(path: Path) -> ModelVersion | None:
    """Return the version in a file; None if it isn't one or has just been deleted."""
    match = VERSION_PATTERN.fullmatch(path.name)
    try:
        seconds = path.stat().st_mtime
    except FileNotFoundError:
        return None
    if match is None:
        return None
    published = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return ModelVersion(int(match[1]), match[2], published, path)


def _no_previous_version(name: str) -> NoPreviousVersion:
    return NoPreviousVersion(f"Model {name!r} has no previous version.")


def _copy(source: Path, target: Path) -> None:
    with _temporary_copy(source, target) as copy:
        copy.replace(target)


@contextmanager
def _temporary_copy(source: Path, target: Path) -> Iterator[Path]:
    """Copy a file to a hidden name in the target's folder and flush it to disk; deleted after the block if still there."""
    copy = target.with_name(f".writing-{os.getpid()}-{target.name}")
    try:
        shutil.copy2(source, copy)
        with copy.open("rb+") as file:
            os.fsync(file)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def bytes_sha256(data: bytes) -> str:
    """SHA-256 of the content of a file."""
    return hashlib.sha256(data).hexdigest()
