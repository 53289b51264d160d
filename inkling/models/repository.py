"""ModelRepository: a folder of model files, each with its previous versions, a candidate, and traffic shares."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inkling.errors import InvalidInput, InvalidModel, ModelLocked, NoPreviousVersion, VersionNotFound, WriteFailed
from inkling.models.model_version import (
    NAME_PATTERN,
    ModelVersion,
    candidate_file_name,
    parse_version_file,
    resolve_version,
    version_id,
)
from inkling.models.smoke_test import load_verified
from inkling.models.traffic import TRAFFIC_FILE, Shares, parse_share, parse_shares, prepared_shares, read_shares

VERSIONS_FOLDER = ".versions"
MAX_VERSIONS = 5
"""Previous versions that are kept of each model, besides older ones with a share of the traffic."""

ROLLED_BACK = "rolled-back.onnx"
"""The file that was replaced by the last rollback. It isn't a version to roll back to, but nothing is lost by a rollback."""

CHUNK = 1 << 20


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

    def traffic_path(self, name: str) -> Path:
        """Return the path of a model's traffic shares. The name must be valid."""
        return self._versions_folder(name) / TRAFFIC_FILE

    def versions(self, name: str) -> list[ModelVersion]:
        """Return the previous versions of a model, newest first."""
        return [version for version in self.other_versions(name) if not version.is_candidate]

    def other_versions(self, name: str) -> list[ModelVersion]:
        """Return all versions of a model but the current one: the candidate, then previous versions, newest first.

        [] if the folder can't be read.
        """
        try:
            paths = list(self._versions_folder(name).iterdir()) if NAME_PATTERN.fullmatch(name) else []
        except OSError:
            paths = []
        versions = [version for path in paths if (version := parse_version_file(path))]
        return sorted(versions, key=lambda version: (version.is_candidate, version.number), reverse=True)

    def current_sha256(self, name: str) -> str | None:
        """Return the hash of the published file; None if there is none. Raises OSError, and InvalidInput as `path` does."""
        path = self.path(name)
        return file_sha256(path) if path.is_file() else None

    def shares(self, name: str) -> Shares:
        """Return the stored traffic shares by hash, also of versions that are gone. Raises InvalidInput if they are damaged."""
        return read_shares(self.traffic_path(name))

    def publish(self, file: Path, name: str) -> Path:
        """Copy a model file into the repository under a name, after verifying it; the current file becomes a version.

        The new version has no traffic share, as it gets what others leave; shares of other versions stay. Raises InvalidInput,
        InvalidModel, ModelLocked, or WriteFailed, for example if the disk is full. The current file then stays.
        """
        path = self.path(name)
        _verify(file)
        with self._locked(name):
            self._replace(file, name)
        return path

    def publish_as(self, file: Path, name: str, canary: float | None) -> Path:
        """Publish a file: as a candidate with this share, or as the current version without one. Raises their errors."""
        return self.publish(file, name) if canary is None else self.publish_candidate(file, name, canary)

    def publish_candidate(self, file: Path, name: str, share: float = 0.0) -> Path:
        """Copy a model file next to the current version, after verifying it, and set its traffic share (a canary).

        It replaces an earlier candidate and its share; shares of previous versions stay. Raises the errors of `publish`, and
        InvalidInput without a current version, if the file is the current version, or for a share that doesn't fit.
        """
        path = self.path(name)
        parse_share(share, "The share")
        _verify(file)
        if not path.is_file():
            raise InvalidInput(f"Model {name!r} has no current version. Publish one first.")
        with self._locked(name):
            current, digest = file_sha256(path), file_sha256(file)
            if digest == current:
                raise InvalidInput(f"This file is the current version of model {name!r}.")
            replaced = [each for each in self.other_versions(name) if each.is_candidate and each.sha256 != digest]
            shares = self._valid_shares(name, {current, digest, *(each.sha256 for each in replaced)})
            shares = parse_shares({**shares, digest: share})
            target = self._versions_folder(name) / candidate_file_name(digest)
            with prepared_shares(self.traffic_path(name), shares) as commit, _temporary_copy(file, target) as copy:
                copy.touch()
                copy.replace(target)
                commit()
            for each in replaced:
                each.path.unlink(missing_ok=True)
        return target

    def promote(self, name: str, version: str) -> str:
        """Make another version the current one, which becomes a previous version. Returns its hash.

        version: as in `resolve_version`. Its share ends; shares of other versions stay. Raises VersionNotFound, InvalidInput
        if it is the current version, and the errors of `publish`.
        """
        sha256 = self._resolve(name, version)
        with self._locked(name):
            if sha256 == self.current_sha256(name):
                raise InvalidInput(f"{version_id(sha256)} is the current version of model {name!r} already.")
            found = next((each for each in self.other_versions(name) if each.sha256 == sha256), None)
            if found is None:
                raise VersionNotFound(f"The version {version_id(sha256)} of model {name!r} has just been deleted.")
            require_sha256(found)
            load_verified(found.path)
            self._replace(found.path, name)
        return sha256

    def set_shares(self, name: str, shares: Shares) -> Shares:
        """Replace the traffic shares of a model, and return them by hash. shares: by version, as in `resolve_version`.

        Raises InvalidInput, VersionNotFound, ModelLocked or WriteFailed.
        """
        checked = parse_shares(shares)
        by_hash: Shares = {}
        for version in shares:
            sha256 = self._resolve(name, version)
            if sha256 in by_hash:
                raise InvalidInput(f"The version {version_id(sha256)} is named twice.")
            by_hash[sha256] = checked.get(version, 0.0)
        if self.current_sha256(name) in by_hash:
            raise InvalidInput("The current version takes no share: it gets what the other versions leave.")
        self._write_shares(name, parse_shares(by_hash))
        return self.shares(name)

    def delete_shares(self, name: str) -> None:
        """Send all requests to the current version again. Raises InvalidInput, ModelLocked or WriteFailed."""
        self.path(name)
        if self.traffic_path(name).exists():
            self._write_shares(name, {})

    def rollback(self, name: str) -> ModelVersion:
        """Replace a model by its newest previous version; calling it again goes back further. All traffic shares end.

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
            self.traffic_path(name).unlink(missing_ok=True)
            return versions[0]

    def _replace(self, file: Path, name: str) -> None:
        """Make a verified file the current version: copy it, and put the copy, the archive and the shares in place."""
        path, digest = self.path(name), file_sha256(file)
        current = self.current_sha256(name)
        shares = self._valid_shares(name, {digest, *([current] if current else [])})
        with prepared_shares(self.traffic_path(name), shares) as commit, _temporary_copy(file, path) as copy:
            copy.touch()  # its modification time is the time of publication
            if current not in (None, digest):
                self._archive(path, name)
            copy.replace(path)
            commit()
        for version in self.versions(name)[MAX_VERSIONS:]:
            if version.sha256 not in shares:
                version.path.unlink()
        (self._versions_folder(name) / candidate_file_name(digest)).unlink(missing_ok=True)

    def _resolve(self, name: str, version: str) -> str:
        others = [each.sha256 for each in self.other_versions(name)]
        return resolve_version(version, name, self.current_sha256(name), others)

    def _valid_shares(self, name: str, without: set[str]) -> Shares:
        """The stored shares of versions that exist, without some of them; {} if they are damaged."""
        try:
            shares = self.shares(name)
        except InvalidInput:
            return {}
        existing = {each.sha256 for each in self.other_versions(name)} - without
        return {sha256: share for sha256, share in shares.items() if sha256 in existing}

    def _write_shares(self, name: str, shares: Shares) -> None:
        with self._locked(name), prepared_shares(self.traffic_path(name), shares) as commit:
            commit()

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


def require_sha256(version: ModelVersion) -> None:
    """Raises InvalidModel if a version's file isn't a regular one or doesn't have the hash in its name."""
    if not version.path.is_file():  # reading from a named pipe would wait for a writer
        raise InvalidModel(f"{version.path.name} isn't a regular file.")
    try:
        sha256 = file_sha256(version.path)
    except OSError as error:
        raise InvalidModel(f"{version.path.name} cannot be read: {error.strerror}.") from error
    if sha256 != version.sha256:
        raise InvalidModel(f"The version {version_id(version.sha256)} is damaged: its file has another hash.")


def _verify(file: Path) -> None:
    """Raises InvalidInput or InvalidModel for a file that can't be published."""
    if not file.is_file():
        raise InvalidInput(f"The model file {file.name} doesn't exist.")
    load_verified(file)


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
