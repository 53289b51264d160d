"""Export a run through every gate and put the model into the folder that the server serves."""

from pathlib import Path
from typing import Any

from inkling.models.predictor import Predictor
from inkling.models.repository import ModelRepository, file_sha256
from trainer.backend.device import prepare_backend
from trainer.export.publish import publish_run
from trainer.runs.run import Run


def run(inside: Any, path: str, models: str, name: str) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """What tells the published model from others, and its accuracy."""
    ModelRepository(Path(models)).path(name)  # a name that is none is refused before TensorFlow is loaded
    prepare_backend("cpu")
    return told_of(publish_run(Run.open(Path(path)), Path(models), name))


def told_of(place: Path) -> dict[str, Any]:
    """What is told of a model that was published to a place."""
    card = Predictor(place).card
    report = card.raw["report"]
    return {
        "model": place.stem,
        "created": card.created,
        "sha256": file_sha256(place),
        "accuracy": report["accuracy"],
        "n": report["data"]["n"],
        "bytes": place.stat().st_size,
    }
