"""ModelRegistry: the models of a folder, loaded."""

import logging
from pathlib import Path
from threading import Lock

from inkling.errors import InklingError, InvalidInput, InvalidModel, ModelNotFound, NotReady
from inkling.models.model_version import version_id
from inkling.models.repository import ModelRepository
from inkling.models.traffic import Shares
from server.services.explainer_cache import ExplainerCache
from server.services.file_signatures import FileSignature, file_signature, file_signatures
from server.services.loaded_model import LoadedModel, load_model
from server.services.model_traffic import ModelTraffic
from server.services.version_cache import VersionCache

log = logging.getLogger(__name__)


class ModelRegistry:
    """The loaded models of a folder, and the reasons why other files were rejected.

    Readers take no lock: each change replaces a whole attribute.

    loaded: current versions by name. versions: others. traffic: which version answers. rejected: reasons by file name.
    signatures: of each file, taken before it was read.
    """

    def __init__(self, folder: Path, default: str):
        self.folder = folder
        self.repository = ModelRepository(folder)
        self.explainers = ExplainerCache(self.repository)
        self.versions = VersionCache(self.repository)
        self.traffic = ModelTraffic(self.repository, self.versions)
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
        self.refresh_traffic()

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

    def find(self, name: str | None, version: str | None = None) -> LoadedModel:
        """A version of the model of this name, or of the default model; the current version by default.

        Raises NotReady, ModelNotFound, InvalidInput without default, and the errors of `VersionCache.find`.
        """
        model = self.loaded.get(name or self.default or "")
        if model is None:
            raise self._missing(name)
        return model if version is None else self.versions.find(model, version)

    def select(self, name: str | None, version: str | None = None) -> LoadedModel:
        """As `find`, but without a version by the traffic shares of the model."""
        model = self.find(name, version)
        return self.traffic.choose(model) if self.traffic.splits and version is None else model

    def version_ids(self, name: str) -> list[str]:
        """The short names of the versions of a model: the current one, the candidate, then previous versions, newest first."""
        current = [self.loaded[name].sha256] if name in self.loaded else []
        others = [each.sha256 for each in self.repository.other_versions(name)]
        return list(dict.fromkeys(map(version_id, current + others)))

    def refresh_traffic(self) -> bool:
        """Follow changes of versions and traffic shares in the repository. Returns whether there were any shares to read."""
        self.versions.drop_deleted()
        return self.traffic.refresh(self.loaded)

    def rollback(self, name: str) -> LoadedModel:
        """Restore and load the previous version of a model. Raises the errors of `find` and `ModelRepository.rollback`."""
        if not self.repository.versions(name):
            self.find(name)  # raises ModelNotFound
        self.repository.rollback(name)
        return self._reload(name)

    def promote(self, name: str, version: str) -> LoadedModel:
        """Make another version the current one. Raises the errors of `find` and `ModelRepository.promote`."""
        self.find(name)
        self.repository.promote(name, version)
        return self._reload(name)

    def set_shares(self, name: str, shares: Shares) -> None:
        """Replace the traffic shares of a model. Raises the errors of `find` and `ModelRepository.set_shares`."""
        self.find(name)
        self.repository.set_shares(name, shares)
        self.refresh_traffic()

    def delete_shares(self, name: str) -> None:
        """End the traffic shares of a model. Raises the errors of `find` and `ModelRepository.delete_shares`."""
        self.find(name)
        self.repository.delete_shares(name)
        self.refresh_traffic()

    def _reload(self, name: str) -> LoadedModel:
        self.load(self.repository.path(name))
        self.refresh_traffic()
        return self.find(name)

    @property
    def problems(self) -> dict[str, str]:
        """Why model files and traffic shares are not in use, by file."""
        paths = {name: self.repository.traffic_path(name).relative_to(self.folder) for name in self.traffic.problems}
        return self.rejected | {str(paths[name]): reason for name, reason in self.traffic.problems.items()}

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


def _printable(text: str) -> str:
    """A file name, or a message with one, as valid Unicode: bytes that are not UTF-8 become �."""
    return text.encode(errors="surrogateescape").decode(errors="replace")
