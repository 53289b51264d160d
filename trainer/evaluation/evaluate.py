"""Evaluation of a run or an ONNX file on a labeled dataset, with the server's own Predictor and metrics."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidInput
from inkling.evaluation.evaluator import evaluate_dataset
from inkling.models.predictor import Predictor
from inkling.plotting.confusion_matrix import confusion_matrix_png
from trainer.backend.device import prepare_backend
from trainer.data.held_out import load_test_images, load_unseen, load_unseen_outliers
from trainer.runs.plots import plot_mistakes
from trainer.runs.run import Run
from trainer.runs.summary import MeasuredAccuracy


def evaluate_model(
    model: Path, spec: str | None, crops: str, outliers: tuple[str, ...] = ()
) -> tuple[dict[str, Any], dict[str, bytes], str]:
    """Evaluate a run folder or an .onnx file, also on outliers if SPECs of them are given or the run has some.

    Returns the report, its plots by file name, and a description of the evaluated images: see `load_unseen`. Raises an
    InklingError for what the user can fix.
    """
    predictor = load_predictor(model)
    training, outlier_images = predictor.card.raw["training"], None
    if spec is None:
        dataset, outlier_images = _load_held_out(model, predictor)
        selection = "the run's test split" if model.is_dir() else "the test split of the fit"
    else:
        dataset, selection = load_unseen(spec, training)
    if outliers:
        outlier_images = load_unseen_outliers(outliers, dataset, predictor.card.labels, training)
    report = evaluate_dataset(predictor, dataset, crops, outliers=outlier_images)
    counts = np.array(report["confusion_matrix"]["counts"])
    title = f"{report['model']} on {report['data']['name']}"
    plots = {
        "confusion-matrix.png": confusion_matrix_png(predictor.card.labels, counts, None, title),
        "mistakes.png": _to_png(plot_mistakes(report["mistakes"], dataset)),
    }
    return report, plots, f"{selection}, n = {len(dataset):,}"


def _load_held_out(model: Path, predictor: Predictor) -> tuple[Dataset, Dataset | None]:
    """Return the test images of a run or a model, and those of its outliers if they are known."""
    if not model.is_dir():
        return load_test_images(predictor.card.raw), None
    run = Run.open(model)
    return run.held_out("test"), run.held_out_outliers("test")


def format_report(report: dict[str, Any]) -> str:
    """Format a report as text, one line per label."""
    lines = [
        f"accuracy {MeasuredAccuracy.measured(report['accuracy'], report['data']['n'])}   loss {report['loss']:.4f}   "
        f"{len(report['mistakes'])} mistakes   {report['seconds']:.2f} s",
        _format_calibration(report["calibration"], report["known"]),
        f"{'label':<12} {'n':>7} {'precision':>10} {'recall':>8} {'F1':>8}",
    ]
    lines += [
        f"{row['label']:<12.12} {row['n']:>7,} {row['precision']:>10.2%} {row['recall']:>8.2%} {row['f1']:>8.2%}"
        for row in report["classes"]
    ]
    macro = report["macro"]
    lines.append(f"{'mean':<12} {'':>7} {macro['precision']:>10.2%} {macro['recall']:>8.2%} {macro['f1']:>8.2%}")
    return "\n".join(lines)


def _format_calibration(calibration: dict[str, Any], known: dict[str, Any]) -> str:
    rule = f"{known['score']} below {known['threshold']:.4f}"
    line = f"calibration error {calibration['error']:.2%}   {known['rejected']:.2%} rejected: {rule}"
    if "outliers" in known:
        rejected = f"{known['outliers_rejected']:.2%} of {known['outliers']:,} outliers rejected"
        line += f"   {rejected}, ROC AUC {known['roc_auc']:.4f}"
    return line


def load_predictor(model: Path) -> Predictor:
    """Return a predictor for a run folder or an .onnx file. Raises InvalidInput if it is neither."""
    if model.is_dir():  # an ONNX file needs no Keras
        prepare_backend("auto")
        from trainer.runs.keras_predictor import keras_predictor

        return keras_predictor(Run.open(model))
    if not model.is_file():
        raise InvalidInput(f"{model} is neither a run folder nor an ONNX file.")
    return Predictor(model)


def _to_png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
