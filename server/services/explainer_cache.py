"""Explainers: the second sessions that tell what is inside of models, made when first asked for and bounded."""

from threading import Lock
from typing import Protocol
from weakref import WeakKeyDictionary

from inkling.errors import NotReady
from inkling.explain.explainer import Explainer
from inkling.models.predictor import Predictor
from inkling.models.repository import Shelf, sha256_of

MOST = 4
"""Explainers that a process holds: each takes as much memory as its model, and is made anew in 5 ms."""


class Loaded(Protocol):
    """A model that answers, as `Models` holds it."""

    name: str
    sha256: str
    predictor: Predictor


class Explainers:
    """One for each version of a model that was asked for lately; it goes with the model, at the latest."""

    def __init__(self, shelf: Shelf):
        self.shelf = shelf
        self._held: WeakKeyDictionary[Loaded, Explainer] = WeakKeyDictionary()  # oldest first
        self._making = Lock()

    def of(self, model: Loaded) -> Explainer:
        """The explainer of a loaded model. Raises NotReady where the file that it was loaded from is gone."""
        with self._making:
            explainer = self._held.pop(model, None) or Explainer(self._file(model), model.predictor, self.shelf.folder)
            self._held[model] = explainer
            while len(self._held) > MOST:
                self._held.pop(next(iter(self._held)), None)
            return explainer

    def _file(self, model: Loaded) -> bytes:
        """The very file that answers: in its place, or among the versions where a newer one has just been put there."""
        versions = [version.path for version in self.shelf.versions(model.name) if version.sha256 == model.sha256]
        for path in (self.shelf.place(model.name), *versions):
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if sha256_of(data) == model.sha256:
                return data
        raise NotReady(f"Expected the file of {model.name} as it was loaded. Received another one, which does not answer yet.")
