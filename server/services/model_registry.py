"""ModelRegistry: the models of a folder, loaded."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from inkling.errors import InklingError, InvalidInput, InvalidModel, ModelNotFound, NotReady
from inkling.models.predictor import Predictor
from inkling.models.repository import NAME_PATTERN, ModelRepository, file_sha256
from inkling.models.smoke_test import load_verified
from server.services.explainer_cache import ExplainerCache

log = logging.getLogger(__name__)

FileSignature = tuple[int, ...]
"""Changes whenever a file is written or replaced: device, inode, size and modification time."""

NO_SIGNATURE: FileSignature = ()


@dataclass(frozen=True)
class LoadedModel:
    """A model that has passed the smoke test. name: of its file, without `.onnx`. sha256: of its file."""

    name: str
    sha256: str
    predictor: Predictor

    @property
    def version(self) -> str:
        """Identifies the model and its version in a response. Worker processes may differ for a moment after a change."""
        return f"{self.name}; sha256={self.sha256}"


class ModelRegistry:
    """The loaded models of a folder, and the reasons why other files were rejected.

    Readers take no lock: each change replaces a whole attribute.

    loaded: models by name. rejected: reasons by file name. signatures: of each file, taken before it was read.
    """

    def __init__(self, folder: Path, default: str):
        self.folder = folder
        self.repository = ModelRepository(folder)
        self.explainers = ExplainerCache(self.repository)
        self.preferred = default
        self.loaded: dict[str, LoadedModel] = {}
        self.rejected: dict[str, str] = {}
        self.signatures: dict[str, FileSignature] = {}
        self._lock = Lock()
        try:
            names = sorted(file_signatures(folder))
        except OSError as error:
            log.warning("cannot read the model folder: %s", error)
            names = []
        for name in names:
            self.load(folder / name)

    def load(self, path: Path) -> None:
        """Load a file and replace the model of its name. If that fails, note the reason and keep the previous model."""
        with self._lock:
            self.signatures = self.signatures | {path.name: file_signature(path)}
            reason, file_name = None, _printable(path.name)
            try:
                model = load_model(path, self.loaded.get(path.stem))
            except InvalidModel as error:
                reason = _printable(str(error))
                log.warning("rejected the model %s: %s", file_name, reason)
            except Exception as error:  # one broken file must not keep the others from being served
                log.exception("rejected the model %s", file_name)
                reason = f"{file_name}: loading failed with {type(error).__name__}."
            else:
                self.loaded = dict(sorted({**self.loaded, model.name: model}.items()))
            others = {file: other for file, other in self.rejected.items() if file != file_name}
            self.rejected = others | ({file_name: reason} if reason else {})

    def unload(self, path: Path) -> None:
        """Remove the model of a file that has been deleted. The default model stays in use, since most requests need it."""
        with self._lock:
            file_name = _printable(path.name)
            self.signatures = {file: signature for file, signature in self.signatures.items() if file != path.name}
            self.rejected = {file: reason for file, reason in self.rejected.items() if file != file_name}
            if path.stem == self.preferred and path.stem in self.loaded:
                reason = f"{file_name} was deleted; its model stays in use until the server restarts."
                log.warning("%s", reason)
                self.rejected = self.rejected | {file_name: reason}
            else:
                self.loaded = {name: model for name, model in self.loaded.items() if name != path.stem}

    @property
    def default(self) -> str | None:
        """The name of the model for requests that name none: the configured one, or the only one."""
        if self.preferred in self.loaded:
            return self.preferred
        return next(iter(self.loaded)) if len(self.loaded) == 1 else None

    def find(self, name: str | None) -> LoadedModel:
        """The model of this name, or the default model. Raises NotReady, ModelNotFound, or InvalidInput without default."""
        model = self.loaded.get(name or self.default or "")
        if model is None:
            raise self._missing(name)
        return model

    def rollback(self, name: str) -> LoadedModel:
        """Restore and load the previous version of a model. Raises the errors of `find` and `ModelRepository.rollback`."""
        if not self.repository.versions(name):
            self.find(name)  # raises ModelNotFound
        self.repository.rollback(name)
        self.load(self.repository.path(name))
        return self.find(name)

    def not_ready_reason(self) -> str:
        """Why no model is loaded, in one sentence."""
        rejected = "; ".join(self.rejected.values())
        return f"No model is loaded from {self.folder.name}/: {rejected or 'the folder is empty'}."

    def _missing(self, name: str | None) -> InklingError:
        if not self.loaded:
            return NotReady(self.not_ready_reason())
        names = ", ".join(self.loaded)
        if name is None:
            return InvalidInput(f"There is no default model. Choose one with ?model=: {names}.")
        return ModelNotFound(f"There is no model {name!r:.40}. Loaded: {names}.")


def file_signatures(folder: Path) -> dict[str, FileSignature]:
    """The signatures of a folder's model files by file name, without hidden files. Raises OSError."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.name.endswith(".onnx") and not entry.name.startswith(".")]
    return {name: file_signature(folder / name) for name in names}


def file_signature(path: Path) -> FileSignature:
    """A file's signature, NO_SIGNATURE if it cannot be read."""
    try:
        status = path.stat()
    except OSError:
        return NO_SIGNATURE
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def load_model(path: Path, previous: LoadedModel | None = None) -> LoadedModel:
    """Load a file and run the smoke test. Returns `previous` if the file has the same content. Raises InvalidModel."""
    if not NAME_PATTERN.fullmatch(path.stem):
        raise InvalidModel("The file name of a model may contain only letters, digits, '.', '_' and '-'.")
    if path.exists() and not path.is_file():  # reading from a named pipe would wait for a writer
        raise InvalidModel(f"{path.name} isn't a regular file.")
    try:
        sha256 = file_sha256(path)
    except OSError as error:
        raise InvalidModel(f"{path.name} cannot be read: {error.strerror}.") from error
    if previous and previous.sha256 == sha256:
        return previous
    return LoadedModel(path.stem, sha256, load_verified(path))


def _printable(text: str) -> str:
    """A file name, or a message with one, as valid Unicode: bytes that are not UTF-8 become �."""
    return text.encode(errors="surrogateescape").decode(errors="replace")
