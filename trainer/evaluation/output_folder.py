"""The folder for the plots of an evaluation."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from trainer.io.atomic import replace_file

MODEL_FILE = "model.json"
"""The file that says which model a folder belongs to."""


def choose_folder(model: Path) -> Path:
    """Return `evaluation` in a run folder; for an ONNX file evaluation/NAME in the working directory.

    If that folder exists and isn't of this model, it is evaluation/NAME-HASH: the plots of two models are never mixed.
    """
    if model.is_dir():
        return model / "evaluation"
    folder = Path("evaluation") / model.stem
    if not folder.exists() or _owner(folder) == _sha256(model):
        return folder
    return folder.with_name(f"{model.stem}-{_sha256(model)[:12]}")


def write_folder(folder: Path, model: Path, files: Mapping[str, bytes]) -> None:
    """Write files into the folder of a model, and the model's name and hash."""
    folder.mkdir(parents=True, exist_ok=True)
    if model.is_file():
        owner = json.dumps({"model": model.name, "sha256": _sha256(model)}) + "\n"
        files = {**files, MODEL_FILE: owner.encode()}
    for name, content in files.items():
        replace_file(folder / name, lambda path, content=content: path.write_bytes(content))  # type: ignore[misc]


def _owner(folder: Path) -> str | None:
    """Return the hash of the model that a folder belongs to; None if it is unknown."""
    try:
        content = json.loads((folder / MODEL_FILE).read_text("utf-8"))
        return str(content["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
