"""Ensembles: fits of the same settings and split from different initial weights, whose probabilities are averaged."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inkling.evaluation.metrics import cross_entropy
from trainer.io.atomic import reading_file, replace_file
from trainer.networks.inputs import INPUTS
from trainer.runs.run import Run

ENSEMBLE_FILE = "ensemble.json"

EVALUATED = {"validation": ("1",), "test": ("1", "4")}
"""Evaluated parts, each with its choices of crops; "4" only if the network averages several. Select ensembles by the validation
part."""


def score_ensemble(runs: Sequence[Run]) -> dict:
    """Evaluate runs with the same held-out parts, and the mean of their probabilities.

    Returns {"n": images of each part, "members": metrics of each run, "ensemble": metrics of the mean}; metrics are by part and
    choice of crops, such as {"validation": {"1": {"accuracy", "loss"}}}. Each member uses its own temperature.
    """
    from trainer.runs.keras_predictor import keras_predictor

    parts = {part: runs[0].held_out(part) for part in EVALUATED}
    has_several_crops = len(INPUTS[runs[0].settings.network].offsets) > 1
    totals: dict[tuple[str, str], np.ndarray] = {}
    members = []
    for run in runs:
        predictor = keras_predictor(run)
        scores: dict[str, Any] = {"run": run.path.name}
        for part, all_choices in EVALUATED.items():
            choices = [crops for crops in all_choices if has_several_crops or crops == "1"]
            probabilities = {crops: predictor.predict(parts[part].images, crops).probabilities for crops in choices}
            scores[part] = {crops: _metrics(values, parts[part].targets) for crops, values in probabilities.items()}
            for crops, values in probabilities.items():
                totals[part, crops] = totals.get((part, crops), 0) + values.astype(np.float64)
        members.append(scores)
    mean: dict[str, dict] = {part: {} for part in parts}
    for (part, crops), total in totals.items():
        mean[part][crops] = _metrics(total / len(runs), parts[part].targets)
    return {"n": {part: len(dataset) for part, dataset in parts.items()}, "members": members, "ensemble": mean}


def write_ensemble(folder: Path, scores: dict) -> None:
    """Write the scores; from now on the folder can be used as a teacher."""
    text = json.dumps(scores, indent=2, allow_nan=False) + "\n"
    replace_file(folder / ENSEMBLE_FILE, lambda path: path.write_text(text, "utf-8"))


def open_members(folder: Path) -> list[Run]:
    """Open the runs of an ensemble. Raises InvalidInput if its file is damaged or a run is missing."""
    with reading_file(folder / ENSEMBLE_FILE):
        names = [member["run"] for member in json.loads((folder / ENSEMBLE_FILE).read_text("utf-8"))["members"]]
    return [Run.open(folder / name) for name in names]


def format_scores(scores: dict) -> str:
    """Format the scores as a table with the ensemble in the last row."""
    columns = [(part, crops) for part, choices in scores["ensemble"].items() for crops in choices]
    lines = [["", *(f"{part}, {crops} crop{'s' * (crops != '1')}" for part, crops in columns)]]
    for name, row in [(member["run"], member) for member in scores["members"]] + [("ensemble", scores["ensemble"])]:
        cells = [row[part][crops] for part, crops in columns]
        lines.append([name, *(f"{cell['accuracy']:.2%}  {cell['loss']:.4f}" for cell in cells)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    counts = ", ".join(f"{n:,} {part}" for part, n in scores["n"].items())
    return "\n".join([*table, f"accuracy and loss; images: {counts}"])


def _metrics(probabilities: np.ndarray, targets: np.ndarray) -> dict[str, float]:
    return {
        "accuracy": float((probabilities.argmax(1) == targets).mean()),
        "loss": cross_entropy(probabilities, targets),
    }
