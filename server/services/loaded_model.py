"""LoadedModel: a version of a model, ready to predict."""

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from inkling.errors import InvalidModel
from inkling.models.model_version import NAME_PATTERN, ModelVersion, utc_time, version_id
from inkling.models.predictor import Predictor
from inkling.models.repository import file_sha256, require_sha256
from inkling.models.smoke_test import load_verified


@dataclass(frozen=True)
class LoadedModel:
    """A version of a model that has passed the smoke test.

    name: under which it is served. sha256: of its file. published: when the file was published, ISO 8601 UTC.
    load_seconds: how long loading and the smoke test took.
    """

    name: str
    sha256: str
    predictor: Predictor
    published: str
    load_seconds: float

    @property
    def version(self) -> str:
        """Identifies the model and its version in a response. Worker processes may differ for a moment after a change."""
        return f"{self.name}; sha256={self.sha256}"

    @cached_property
    def version_id(self) -> str:
        """The short name of the version, in URLs and metrics."""
        return version_id(self.sha256)


def load_model(path: Path, previous: LoadedModel | None = None) -> LoadedModel:
    """Load a file and run the smoke test. Returns `previous` if the file has the same content. Raises InvalidModel."""
    if not NAME_PATTERN.fullmatch(path.stem):
        raise InvalidModel("The file name of a model may contain only letters, digits, '.', '_' and '-'.")
    if path.exists() and not path.is_file():  # reading from a named pipe would wait for a writer
        raise InvalidModel(f"{path.name} isn't a regular file.")
    try:
        published = utc_time(path.stat().st_mtime)
        sha256 = file_sha256(path)
    except OSError as error:
        raise InvalidModel(f"{path.name} cannot be read: {error.strerror}.") from error
    if previous and previous.sha256 == sha256:
        return previous
    started = time.perf_counter()
    return LoadedModel(path.stem, sha256, load_verified(path), published, time.perf_counter() - started)


def load_version(name: str, version: ModelVersion) -> LoadedModel:
    """Load another version than the current one, and run the smoke test. Raises InvalidModel, also for another hash."""
    started = time.perf_counter()
    require_sha256(version)
    predictor = load_verified(version.path)
    return LoadedModel(name, version.sha256, predictor, version.published, time.perf_counter() - started)
