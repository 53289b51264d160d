"""Models: the ONNX files of a folder, loaded, each under its file's name."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from inkling.errors import BadInput, BadModel, NotReady, UnknownModel
from inkling.models.predictor import Predictor
from inkling.models.repository import NAME, Shelf, sha256
from inkling.models.smoke_test import load_answering
from server.services.explainer_cache import Explainers

log = logging.getLogger(__name__)

Stamp = tuple[int, ...]
"""What changes whenever a file is written or another one is renamed into its place."""

UNREADABLE: Stamp = ()


@dataclass(frozen=True)
class Model:
    """A loaded model that has answered. name: the file's, without `.onnx`; sha256: of the file."""

    name: str
    sha256: str
    predictor: Predictor

    @property
    def version(self) -> str:
        """What tells with each answer which model gave it, and which version: while one is published, workers may differ."""
        return f"{self.name}; sha256={self.sha256}"


class Models:
    """What is loaded, and what was refused and why. Whoever reads sees each before or after a change, never between.

    taken: for every file that was looked into, its stamp from before it was read.
    """

    def __init__(self, folder: Path, default: str):
        self.folder = folder
        self.shelf = Shelf(folder)
        self.explainers = Explainers(self.shelf)
        self.preferred = default
        self.loaded: dict[str, Model] = {}
        self.refused: dict[str, str] = {}
        self.taken: dict[str, Stamp] = {}
        self._changing = Lock()
        try:
            names = sorted(stamps(folder))
        except OSError as error:
            log.warning("cannot look for models: %s", error)
            names = []
        for name in names:
            self.take(folder / name)

    def take(self, path: Path) -> None:
        """Load a file beside the one that answers, then let it answer; where it fails, note why, and nothing is lost."""
        with self._changing:
            self.taken = self.taken | {path.name: stamp(path)}
            reason, shown = None, _plain(path.name)
            try:
                model = load(path, self.loaded.get(path.stem))
            except BadModel as error:
                log.warning("refused the model %s: %s", path.name, error)
                reason = str(error)
            except Exception as error:  # whatever one file does to the loader, the others are served
                log.exception("refused the model %s", path.name)
                reason = f"{shown}: Expected a model that loads. Received {type(error).__name__} on the way."
            else:
                self.loaded = dict(sorted({**self.loaded, model.name: model}.items()))
            others = {file: why for file, why in self.refused.items() if file != shown}
            self.refused = others | ({shown: reason} if reason else {})

    def drop(self, path: Path) -> None:
        """Let a file that has gone answer no more."""
        with self._changing:
            self.taken = {file: seen for file, seen in self.taken.items() if file != path.name}
            self.loaded = {name: model for name, model in self.loaded.items() if name != path.stem}
            self.refused = {file: why for file, why in self.refused.items() if file != _plain(path.name)}

    @property
    def default(self) -> str | None:
        """The name that answers where none is given: the preferred one, or the only one."""
        if self.preferred in self.loaded:
            return self.preferred
        return next(iter(self.loaded)) if len(self.loaded) == 1 else None

    def find(self, name: str | None) -> Model:
        """The model of a name, or the default. Raises NotReady, UnknownModel, or BadInput where a name is needed."""
        model = self.loaded.get(name or self.default or "")
        if model is None:
            raise self._missing(name)
        return model

    def why_not_ready(self) -> str:
        """One sentence for whoever finds no model loaded."""
        refused = "; ".join(self.refused.values())
        return f"Expected an ONNX model in the folder {self.folder.name}/. Received {refused or 'an empty folder'}."

    def _missing(self, name: str | None) -> Exception:
        loaded = self.loaded
        if not loaded:
            return NotReady(self.why_not_ready())
        names = ", ".join(loaded)
        if name is None:
            return BadInput(f"Expected model as one of {names}, as none of them is the default. Received none.")
        return UnknownModel(f"Expected model as one of {names}. Received {name!r:.40}.")


def stamps(folder: Path) -> dict[str, Stamp]:
    """The stamps of a folder's model files, by file name; hidden ones are being written. Raises OSError."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.name.endswith(".onnx") and not entry.name.startswith(".")]
    return {name: stamp(folder / name) for name in names}


def stamp(path: Path) -> Stamp:
    """A file's stamp, UNREADABLE where it has none."""
    try:
        found = path.stat()
    except OSError:
        return UNREADABLE
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _plain(name: str) -> str:
    """A file's name as text that can be sent: bytes of it that are no UTF-8 become �."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def load(path: Path, before: Model | None = None) -> Model:
    """Load one file and let it answer the smoke picture; the one before, where the file is the same. Raises BadModel."""
    if not NAME.fullmatch(path.stem):
        raise BadModel("Expected a name of letters, digits, '.', '_' and '-'. Received a file with another name.")
    try:
        digest = sha256(path)
    except OSError as error:
        raise BadModel(f"Expected a file that can be read. Received {path.name}: {error.strerror}.") from error
    if before and before.sha256 == digest:
        return before
    return Model(path.stem, digest, load_answering(path))
