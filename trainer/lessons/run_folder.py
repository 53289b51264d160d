"""A lesson's network as a run folder, so that it is exported with the same checks as a fit."""

from pathlib import Path
from typing import Any

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.models.predictor import Predictor
from trainer.backend.device import select_device
from trainer.data.split import Split
from trainer.errors import ExportFailed
from trainer.lessons.registry import LESSON_NETWORKS, weights_from_bytes
from trainer.recipes import recipe
from trainer.runs.provenance import commit, versions
from trainer.runs.run import Run

TOLERANCE = 1e-5

ROLE = "training, and the report: nothing was held out"
"""Role of a lesson's drawings in the model card."""


def write_run(lesson: dict[str, Any], drawings: Dataset, path: Path) -> Run:
    """Write a finished run with the lesson's weights, whose test set is all drawings. lesson: as stored."""
    network, labels = LESSON_NETWORKS[lesson["network"]], lesson["labels"]
    settings = recipe(
        network.NETWORK,
        data=(drawings.name,),
        optimizer="sgd",
        momentum=0.0,
        learning_rate=lesson["learning_rate"],
        batch_size=1,
        epochs=1,
        augmentation="none",
        seed=lesson["seed"],
        device="cpu",
    )
    dataset = drawings.with_labels(labels)
    data = {
        "labels": labels,
        "specs": [drawings.name],
        "sets": [{"name": drawings.name, "n": len(drawings), "sha256": drawings.sha256(), "role": ROLE}],
        "counts": {"training": len(drawings), "validation": 0, "test": 0},
        "lesson": {name: lesson[name] for name in ("id", "name", "steps")},
    }
    run = Run.create(path, settings, data)
    run.write_held_out(Split(dataset, dataset, dataset))
    run.write_weights(weights_from_bytes(lesson["weights"], lesson["network"], len(labels)))
    device = select_device(settings)
    fitted = {"device": device.name, "backend": device.backend, "seconds": 0.0, "versions": versions(), "commit": commit()}
    run.write_json("report.json", {"fitted": fitted | {"temperature": 1.0}, "reports": {}})
    return run


def check_export(path: Path, lesson: dict[str, Any], drawings: Dataset) -> None:
    """Raise ExportFailed unless the exported model predicts like the lesson's network, within TOLERANCE, for all drawings."""
    network = LESSON_NETWORKS[lesson["network"]]
    weights = weights_from_bytes(lesson["weights"], lesson["network"], len(lesson["labels"]))
    expected = np.stack([network.predict(weights, network.preprocess(image)) for image in drawings.images])
    actual = Predictor(path).predict(drawings.images).probabilities
    difference = float(np.abs(expected - actual).max())
    if not difference < TOLERANCE:
        raise ExportFailed(
            f"The exported model's probabilities differ from the lesson's by {difference:.2g}; the limit is {TOLERANCE:g}. "
            "Nothing was written."
        )
