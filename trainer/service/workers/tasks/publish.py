"""Export of a run and its publication to the server's models folder."""

from pathlib import Path
from typing import Any

from inkling.models.predictor import Predictor
from inkling.models.repository import ModelRepository, file_sha256
from trainer.backend.device import prepare_backend
from trainer.export.publish import publish_run
from trainer.runs.run import Run


def run(
    runner: Any,  # noqa: ARG001 every task gets it
    path: str,
    models: str,
    name: str,
    canary: float | None,
) -> dict[str, Any]:
    """Export and publish; return the published model's properties."""
    ModelRepository(Path(models)).path(name)  # an invalid name is refused before TensorFlow is loaded
    prepare_backend("cpu")
    return describe_model(publish_run(Run.open(Path(path)), Path(models), name, canary), name)


def describe_model(path: Path, name: str) -> dict[str, Any]:
    """Name, creation time, SHA-256, size in bytes, and accuracy with its n, of a model file."""
    card = Predictor(path).card
    report = card.raw["report"]
    return {
        "model": name,
        "created": card.created,
        "sha256": file_sha256(path),
        "accuracy": report["accuracy"],
        "n": report["data"]["n"],
        "bytes": path.stat().st_size,
    }
