"""A lesson's network as a run, so that it goes through the very gates that a fit's does."""

from pathlib import Path
from typing import Any

import numpy as np

from inkling.datasets.dataset import LabelledSet
from inkling.models.predictor import Predictor
from trainer.backend.device import take
from trainer.data.split import Split
from trainer.errors import ExportFailed
from trainer.lessons.registry import CROP_CORNER, KINDS, crop_of, unpack
from trainer.recipes import recipe
from trainer.runs.provenance import commit, versions
from trainer.runs.run import Run

TOLERANCE = 1e-5

ROLE = "taught, and measured on: none was kept aside"
"""What the card says about a lesson's drawings."""


def write_run(lesson: dict[str, Any], drawn: LabelledSet, path: Path) -> Run:
    """A finished run with the lesson's weights; its test part is all of the drawings. lesson: as the store keeps it.

    Its card has one crop, the centre, which is all that the network ever saw.
    """
    kind, labels = KINDS[lesson["network"]], lesson["labels"]
    settings = recipe(
        kind.NETWORK,
        data=(drawn.name,),
        optimizer="sgd",
        momentum=0.0,
        learning_rate=lesson["learning_rate"],
        batch_size=1,
        epochs=1,
        augment="none",
        seed=lesson["seed"],
        device="cpu",
    )
    ours = drawn.relabelled(labels)
    data = {
        "labels": labels,
        "specs": [drawn.name],
        "sets": [{"name": drawn.name, "n": len(drawn), "sha256": drawn.sha256(), "role": ROLE}],
        "counts": {"training": len(drawn), "validation": 0, "test": 0},
        "offsets": [list(CROP_CORNER)],
        "lesson": {name: lesson[name] for name in ("id", "name", "steps")},
    }
    run = Run.create(path, settings, data)
    run.write_held_out(Split(ours, ours, ours))
    run.write_weights(unpack(lesson["weights"], lesson["network"], len(labels)))
    device = take(settings)
    fitted = {"device": device.name, "backend": device.backend, "seconds": 0.0, "versions": versions(), "commit": commit()}
    run.write_json("report.json", {"fitted": fitted | {"temperature": 1.0}, "reports": {}})
    return run


def check_taught(made: Path, lesson: dict[str, Any], drawn: LabelledSet) -> None:
    """Raise ExportFailed unless an exported model answers the drawings as the lesson's network does, within TOLERANCE."""
    kind = KINDS[lesson["network"]]
    weights = unpack(lesson["weights"], lesson["network"], len(lesson["labels"]))
    wanted = np.stack([kind.answer(weights, kind.see(crop_of(image))) for image in drawn.images])
    got = Predictor(made).predict(drawn.images).probabilities
    difference = float(np.abs(wanted - got).max())
    if not difference < TOLERANCE:
        raise ExportFailed(
            f"Expected the exported model to answer as the lesson does, within {TOLERANCE:g}. Received a difference of "
            f"{difference:.2g}; nothing was written."
        )
