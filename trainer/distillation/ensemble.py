"""Ensemble: several fits of the same settings and parts, each from other first weights, whose probabilities are averaged."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inkling.evaluation.metrics import cross_entropy
from trainer.io.atomic import replace_file, whole
from trainer.runs.run import Run

ENSEMBLE = "ensemble.json"

SCORED = {"validation": ("1",), "test": ("1", "4")}
"""The parts that are scored, and by which crops. A choice between ensembles is made by the validation part."""


def score_ensemble(runs: Sequence[Run]) -> dict:
    """Score runs that kept the same parts aside, and the mean of their probabilities.

    Returns {"n": images of each part, "members": a dict of figures each, "ensemble": the same}; figures are by part and
    choice of crops, such as {"validation": {"1": {"accuracy", "loss"}}}, for temperatures as each member has them.
    """
    from trainer.runs.keras_predictor import run_predictor

    parts = {part: runs[0].held_out(part) for part in SCORED}
    totals: dict[tuple[str, str], np.ndarray] = {}
    members = []
    for run in runs:
        predictor, figures = run_predictor(run), {"run": run.path.name}
        for part, choices in SCORED.items():
            answers = {crops: predictor.predict(parts[part].images, crops).probabilities for crops in choices}
            figures[part] = {crops: _figures(given, parts[part].targets) for crops, given in answers.items()}
            for crops, given in answers.items():
                totals[part, crops] = totals.get((part, crops), 0) + given.astype(np.float64)
        members.append(figures)
    mean = {
        part: {crops: _figures(totals[part, crops] / len(runs), parts[part].targets) for crops in choices}
        for part, choices in SCORED.items()
    }
    return {"n": {part: len(known) for part, known in parts.items()}, "members": members, "ensemble": mean}


def write_ensemble(folder: Path, scores: dict) -> None:
    """Keep the scores: from now on the folder stands for its members."""
    text = json.dumps(scores, indent=2, allow_nan=False) + "\n"
    replace_file(folder / ENSEMBLE, lambda path: path.write_text(text, "utf-8"))


def members(folder: Path) -> list[Run]:
    """The runs of an ensemble. Raises BadInput where its file is damaged or one is missing."""
    with whole(folder / ENSEMBLE):
        names = [member["run"] for member in json.loads((folder / ENSEMBLE).read_text("utf-8"))["members"]]
    return [Run.open(folder / name) for name in names]


def format_scores(scores: dict) -> str:
    """The scores as a table, the ensemble last."""
    heads = ["", *(f"{part}, {crops} crop{'s' * (crops != '1')}" for part, choices in SCORED.items() for crops in choices)]
    rows = [(member["run"], member) for member in scores["members"]] + [("ensemble", scores["ensemble"])]
    lines = [heads]
    for name, figures in rows:
        each = [figures[part][crops] for part, choices in SCORED.items() for crops in choices]
        lines.append([name, *(f"{one['accuracy']:.2%}  {one['loss']:.4f}" for one in each)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    counts = ", ".join(f"{n:,} {part}" for part, n in scores["n"].items())
    return "\n".join([*table, f"accuracy and loss; images: {counts}"])


def _figures(probabilities: np.ndarray, targets: np.ndarray) -> dict[str, float]:
    return {
        "accuracy": float((probabilities.argmax(1) == targets).mean()),
        "loss": cross_entropy(probabilities, targets),
    }
