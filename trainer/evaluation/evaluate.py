"""Evaluate: a run or an ONNX file on a labelled set, through the server's own Predictor and metrics."""

import io
from pathlib import Path

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidInput
from inkling.evaluation.evaluator import evaluate_dataset
from inkling.models.predictor import Predictor
from inkling.plotting.confusion_matrix import confusion_matrix_png
from inkling.plotting.image_grid import image_grid
from trainer.data.held_out import unseen_outliers, unseen_part
from trainer.runs.run import Run

WORST = 60


def evaluate(model: Path, spec: str | None, crops: str, outliers: tuple[str, ...] = ()) -> tuple[dict, dict[str, bytes], str]:
    """Score a run folder or an .onnx file, also on outliers, where SPECs of them are given or the run kept some.

    Returns the report, its pictures by file name, and which part of the data was scored, in words: the set's own test
    part where it names one; where the model was fitted on this very set, the part that its seed kept aside; else all.
    Raises an InklingError for what the user can mend.
    """
    predictor = predictor_of(model)
    training, others = predictor.card.raw["training"], None
    if spec is None:
        if not model.is_dir():
            raise InvalidInput("Expected --data SPEC beside an ONNX file. Received none.")
        run = Run.open(model)
        data, part = run.held_out("test"), "the test part that the run kept"
        others = run.held_out_outliers("test")
    else:
        data, part = unseen_part(spec, training)
    if outliers:
        others = unseen_outliers(outliers, data, predictor.card.labels, training)
    report = evaluate_dataset(predictor, data, crops, outliers=others)
    counts = np.array(report["confusion_matrix"]["counts"])
    title = f"{report['model']} on {report['data']['name']}"
    pictures = {
        "confusion-matrix.png": confusion_matrix_png(predictor.card.labels, counts, None, title),
        "mistakes.png": _mistakes(report, data),
    }
    return report, pictures, f"{part}, n = {len(data):,}"


def format_report(report: dict) -> str:
    """The report as text: the figures, a line a label."""
    lines = [
        f"accuracy {report['accuracy']:.2%}   loss {report['loss']:.4f}   n = {report['data']['n']:,}   "
        f"{len(report['mistakes'])} mistakes   {report['seconds']:.2f} s",
        _trust(report["calibration"], report["known"]),
        f"{'label':<12} {'n':>7} {'precision':>10} {'recall':>8} {'F1':>8}",
    ]
    lines += [
        f"{row['label']:<12.12} {row['n']:>7,} {row['precision']:>10.2%} {row['recall']:>8.2%} {row['f1']:>8.2%}"
        for row in report["classes"]
    ]
    macro = report["macro"]
    lines.append(f"{'mean':<12} {'':>7} {macro['precision']:>10.2%} {macro['recall']:>8.2%} {macro['f1']:>8.2%}")
    return "\n".join(lines)


def _trust(calibration: dict, known: dict) -> str:
    """How far the confidence can be trusted, in a line."""
    below = f"{known['score']} below {known['threshold']:.4f}"
    line = f"calibration error {calibration['error']:.2%}   {known['rejected']:.2%} refused: {below}"
    if "outliers" in known:
        line += f"   of {known['outliers']:,} outliers {known['outliers_rejected']:.2%}, ROC area {known['roc_auc']:.4f}"
    return line


def predictor_of(model: Path) -> Predictor:
    """What answers for a run folder or an .onnx file. Raises BadInput where it is neither."""
    if model.is_dir():
        from trainer.runs.keras_predictor import keras_predictor

        return keras_predictor(Run.open(model))
    if not model.is_file():
        raise InvalidInput(f"Expected the folder of a run or an ONNX file. Received {model}, which is neither.")
    return Predictor(model)


def _mistakes(report: dict, data: Dataset) -> bytes:
    worst = report["mistakes"][:WORST]
    if not worst:
        shown, captions = data.images[:WORST], [data.labels[target] for target in data.targets[:WORST]]
    else:
        shown = data.images[[mistake["index"] for mistake in worst]]
        captions = [f"{mistake['true']} → {mistake['predicted']} {mistake['confidence']:.2f}" for mistake in worst]
    stream = io.BytesIO()
    image_grid(shown, captions).save(stream, "PNG")
    return stream.getvalue()
