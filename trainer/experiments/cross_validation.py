"""Cross-validation: a fit per fold, tested on the images of the fold, so that every image is tested once."""

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inkling.evaluation.metrics import class_metrics, wilson_interval
from trainer.data.spec import load
from trainer.data.split import Fold, assign_splits
from trainer.experiments.parallel_fits import FitTask
from trainer.io.atomic import replace_file
from trainer.label_names import parse_labels
from trainer.runs.run import Run
from trainer.settings import FitSettings

REPORT_FILE = "cross-validation.json"


def plan_folds(settings: FitSettings, folds: int, folder: Path) -> list[FitTask]:
    """Return a fit for each fold. The settings' own `folds` and `fold`, such as those of a config file, don't matter."""
    return [FitTask(settings.override(folds=folds, fold=fold), folder / f"fold-{fold}") for fold in range(folds)]


def check_folds(settings: FitSettings, folds: int) -> None:
    """Raise InvalidDataset, before the first fit, if a fold leaves a label without training images or has no images itself."""
    datasets = [load(spec, parse_labels(settings.labels)) for spec in settings.data]
    for index in range(folds):
        assign_splits(datasets, settings.seed, settings.validation_split, Fold(index, folds))


def summarize_folds(runs: Sequence[Run], crops: str) -> dict[str, Any]:
    """Return the test accuracy over all images with its 95 % interval, of each fold, and by label.

    crops: 1 or 4, as in the runs' reports.
    """
    reports = [run.read_json("report.json")["reports"][crops] for run in runs]
    counts = [report["data"]["n"] for report in reports]
    accuracies = [report["accuracy"] for report in reports]
    confusions = np.sum([report["confusion_matrix"]["counts"] for report in reports], axis=0)
    correct, n = int(np.trace(confusions)), sum(counts)
    labels = reports[0]["confusion_matrix"]["labels"]
    return {
        "crops": crops,
        "accuracy": correct / n,
        "interval": list(wilson_interval(correct, n)),
        "n": n,
        "standard_deviation": statistics.stdev(accuracies),
        "folds": [
            {"run": str(run.path), "accuracy": accuracy, "n": count}
            for run, accuracy, count in zip(runs, accuracies, counts, strict=True)
        ],
        "classes": [
            {"label": label, "recall": row["recall"], "n": row["n"]}
            for label, row in zip(labels, class_metrics(confusions), strict=True)
        ],
    }


def write_summary(folder: Path, summary: dict[str, Any]) -> None:
    """Write the summary into the folder of the runs."""
    replace_file(folder / REPORT_FILE, lambda path: path.write_text(json.dumps(summary, indent=1), "utf-8"))


def format_summary(summary: dict[str, Any]) -> str:
    """Format a summary as lines of text."""
    low, high = summary["interval"]
    lines = [
        f"fold {index}  accuracy {fold['accuracy']:8.2%}  n = {fold['n']:,}" for index, fold in enumerate(summary["folds"])
    ]
    lines += [
        f"all     accuracy {summary['accuracy']:8.2%}  n = {summary['n']:,}  95 % interval {low:.2%} to {high:.2%}, "
        f"standard deviation of the folds {summary['standard_deviation']:.2%}",
        "",
        f"{'label':<12} {'n':>7} {'recall':>8}",
    ]
    return "\n".join([*lines, *(f"{row['label']:<12.12} {row['n']:>7,} {row['recall']:>8.2%}" for row in summary["classes"])])
