"""ExplainerCache: explainers of the loaded versions, created when first requested."""

from threading import Lock
from weakref import WeakKeyDictionary

from inkling.errors import NotReady
from inkling.explain.explainer import Explainer
from inkling.models.repository import ModelRepository, bytes_sha256
from server.services.loaded_model import LoadedModel

MAX_EXPLAINERS = 4
"""Explainers that a process holds. Each takes as much memory as its model; creating one takes 5 ms."""


class ExplainerCache:
    """An LRU cache of one explainer per loaded model version. An explainer is dropped together with its model."""

    def __init__(self, repository: ModelRepository):
        self.repository = repository
        self._explainers: WeakKeyDictionary[LoadedModel, Explainer] = WeakKeyDictionary()  # least recently used first
        self._lock = Lock()

    def get(self, model: LoadedModel) -> Explainer:
        """Return the explainer of a loaded model.

        Raises NotReady if the file that it was loaded from is gone, or NoLayerOutputs if the model can't be explained.
        """
        with self._lock:
            explainer = self._explainers.pop(model, None) or Explainer(self._read_file(model), model.predictor)
            self._explainers[model] = explainer
            while len(self._explainers) > MAX_EXPLAINERS:
                self._explainers.pop(next(iter(self._explainers)), None)
            return explainer

    def _read_file(self, model: LoadedModel) -> bytes:
        """The file that the model was loaded from: the published one, or another version."""
        versions = [each.path for each in self.repository.other_versions(model.name) if each.sha256 == model.sha256]
        for path in (self.repository.path(model.name), *versions):
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if bytes_sha256(data) == model.sha256:
                return data
        raise NotReady(f"The file of the model {model.name} has been replaced and isn't loaded yet. Retry in a moment.")
