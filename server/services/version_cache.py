"""VersionCache: loaded versions besides the current ones."""

from collections import OrderedDict
from threading import Lock

from inkling.errors import VersionNotFound
from inkling.models.model_version import CURRENT, ModelVersion, resolve_version, version_id
from inkling.models.repository import ModelRepository
from server.services.file_signatures import FileSignature, file_signature
from server.services.loaded_model import LoadedModel, load_version

MAX_LOADED_VERSIONS = 4
"""Versions that a process holds besides the current ones and those with a traffic share. Loading one takes about 5 ms, 15
with a line network."""

Key = tuple[str, str]
"""Name of the model and hash of the version."""


class VersionCache:
    """An LRU cache of the versions that requests name or that have a traffic share, loaded on first use."""

    def __init__(self, repository: ModelRepository):
        self.repository = repository
        self._loaded: OrderedDict[Key, tuple[LoadedModel, ModelVersion, FileSignature]] = OrderedDict()
        self._pinned: frozenset[Key] = frozenset()
        self._lock = Lock()

    def find(self, current: LoadedModel, version: str) -> LoadedModel:
        """The version of a model that `version` names, as in `resolve_version`.

        Raises VersionNotFound, or InvalidModel if its file is damaged.
        """
        if version in (CURRENT, current.version_id, current.sha256):
            return current
        others = {each.sha256: each for each in self.repository.other_versions(current.name)}
        sha256 = resolve_version(version, current.name, current.sha256, others)
        return current if sha256 == current.sha256 else self.get(current.name, others[sha256])

    def get(self, name: str, version: ModelVersion) -> LoadedModel:
        """A version, loaded if necessary. Raises VersionNotFound if its file is gone, or InvalidModel."""
        key = name, version.sha256
        signature = file_signature(version.path)
        if not signature:
            raise VersionNotFound(f"The version {version_id(version.sha256)} of the model {name} has been deleted.")
        with self._lock:
            entry = self._loaded.pop(key, None)
            loaded = entry[0] if entry and entry[2] == signature else load_version(name, version)
            self._loaded[key] = loaded, version, signature
            self._evict()
            return loaded

    def is_loaded(self, name: str, sha256: str) -> bool:
        """Whether a version is in the cache."""
        return (name, sha256) in self._loaded

    def pin(self, keys: frozenset[Key]) -> None:
        """Keep these versions, which don't count for the limit, and no others that were pinned before."""
        with self._lock:
            self._pinned = keys
            self._evict()

    def drop_deleted(self) -> None:
        """Drop the versions whose files have been deleted or replaced."""
        with self._lock:
            entries = list(self._loaded.items())
            for key, (_, version, signature) in entries:
                if file_signature(version.path) != signature:
                    del self._loaded[key]

    def _evict(self) -> None:
        others = [key for key in self._loaded if key not in self._pinned]  # least recently used first
        for key in others[: max(0, len(others) - MAX_LOADED_VERSIONS)]:
            del self._loaded[key]
