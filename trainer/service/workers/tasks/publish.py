"""Export a run through every gate and put the model into the folder that the server serves."""

from pathlib import Path
from typing import Any

from inkling.models.predictor import Predictor
from inkling.models.repository import Shelf, sha256
from trainer.backend.device import prepare
from trainer.export.publish import publish_run
from trainer.runs.run import Run


def run(inside: Any, path: str, models: str, name: str) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """What tells the published model from others, and its accuracy."""
    Shelf(Path(models)).place(name)  # a name that is none is refused before TensorFlow is loaded
    prepare("cpu")
    return told_of(publish_run(Run.open(Path(path)), Path(models), name))


def told_of(place: Path) -> dict[str, Any]:
    """What is told of a model that was published to a place."""
    card = Predictor(place).card
    report = card.fields["report"]
    return {
        "model": place.stem,
        "created": card.created,
        "sha256": sha256(place),
        "accuracy": report["accuracy"],
        "n": report["data"]["n"],
        "bytes": place.stat().st_size,
    }
