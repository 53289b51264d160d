"""Models: the ONNX files of a folder, loaded, each under its file's name."""

import logging
from dataclasses import dataclass
from pathlib import Path

from server.inference.errors import BadInput, BadModel, NotReady, UnknownModel
from server.inference.predictor import Predictor
from server.inference.shelf import NAME, sha256
from server.inference.smoke import load_answering

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Model:
    """A loaded model that has answered. name: the file's, without `.onnx`; sha256: of the file."""

    name: str
    sha256: str
    predictor: Predictor


class Models:
    """What is loaded, and what was refused and why."""

    def __init__(self, folder: Path, default: str):
        self.folder = folder
        self.preferred = default
        self.loaded: dict[str, Model] = {}
        self.refused: dict[str, str] = {}
        for path in sorted(folder.glob("*.onnx")):
            if not path.name.startswith("."):  # an export that is being written
                self.add(path)

    def add(self, path: Path) -> None:
        """Load one file, or note why not."""
        try:
            self.loaded[path.stem] = load(path)
        except BadModel as error:
            log.warning("refused the model %s: %s", path.name, error)
            self.refused[_plain(path.name)] = str(error)
        except Exception as error:  # whatever one file does to the loader, the others are served
            log.exception("refused the model %s", path.name)
            name = _plain(path.name)
            self.refused[name] = f"{name}: Expected a model that loads. Received {type(error).__name__} on the way."

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
        if not self.loaded:
            return NotReady(self.why_not_ready())
        names = ", ".join(self.loaded)
        if name is None:
            return BadInput(f"Expected model as one of {names}, as none of them is the default. Received none.")
        return UnknownModel(f"Expected model as one of {names}. Received {name!r:.40}.")


def _plain(name: str) -> str:
    """A file's name as text that can be sent: bytes of it that are no UTF-8 become �."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def load(path: Path) -> Model:
    """Load one file and let it answer the smoke picture. Raises BadModel."""
    if not NAME.fullmatch(path.stem):
        raise BadModel("Expected a name of letters, digits, '.', '_' and '-'. Received a file with another name.")
    try:
        digest = sha256(path)
    except OSError as error:
        raise BadModel(f"Expected a file that can be read. Received {path.name}: {error.strerror}.") from error
    return Model(path.stem, digest, load_answering(path))
