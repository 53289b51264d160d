"""Evaluate: a run or an ONNX file on a labelled set, through the server's own Predictor and metrics."""

import io
from pathlib import Path

import numpy as np

from server.inference.drawing.confusion import confusion_png
from server.inference.drawing.sheet import sheet
from server.inference.errors import BadInput
from server.inference.labelled.labelled_set import LabelledSet
from server.inference.predictor import Predictor
from server.inference.report import score
from trainer.run import Run

WORST = 60


def evaluate(model: Path, spec: str | None, crops: str) -> tuple[dict, dict[str, bytes], str]:
    """Score a run folder or an .onnx file.

    Returns the report, its pictures by file name, and which part of the data was scored, in words: the set's own test
    part where it names one; where the model was fitted on this very set, the part that its seed kept aside; else all.
    Raises an InklingError for what the user can mend.
    """
    predictor = _predictor(model)
    if spec is None:
        if not model.is_dir():
            raise BadInput("Expected --data SPEC beside an ONNX file. Received none.")
        data, part = Run.open(model).held_out("test"), "the test part that the run kept"
    else:
        data, part = _part(spec, predictor.card.fields["training"])
    report = score(predictor, data, crops)
    counts = np.array(report["confusion_matrix"]["counts"])
    title = f"{report['model']} on {report['data']['name']}"
    pictures = {
        "confusion-matrix.png": confusion_png(predictor.card.labels, counts, None, title),
        "mistakes.png": _mistakes(report, data),
    }
    return report, pictures, f"{part}, n = {len(data):,}"


def format_report(report: dict) -> str:
    """The report as text: the figures, a line a label."""
    lines = [
        f"accuracy {report['accuracy']:.2%}   loss {report['loss']:.4f}   n = {report['data']['n']:,}   "
        f"{len(report['mistakes'])} mistakes   {report['seconds']:.2f} s",
        f"{'label':<12} {'n':>7} {'precision':>10} {'recall':>8} {'F1':>8}",
    ]
    lines += [
        f"{row['label']:<12.12} {row['n']:>7,} {row['precision']:>10.2%} {row['recall']:>8.2%} {row['f1']:>8.2%}"
        for row in report["classes"]
    ]
    macro = report["macro"]
    lines.append(f"{'mean':<12} {'':>7} {macro['precision']:>10.2%} {macro['recall']:>8.2%} {macro['f1']:>8.2%}")
    return "\n".join(lines)


def _predictor(model: Path) -> Predictor:
    if model.is_dir():
        from trainer.answer import run_predictor

        return run_predictor(Run.open(model))
    if not model.is_file():
        raise BadInput(f"Expected the folder of a run or an ONNX file. Received {model}, which is neither.")
    return Predictor(model)


def _part(spec: str, training: dict) -> tuple[LabelledSet, str]:
    from trainer.data.spec import load

    data = load(spec)
    if data.in_test is not None and data.in_test.any():
        return data.take(data.in_test), "the set's own test part"
    fitted_on = [known.get("sha256") for known in training.get("data", [])]
    if data.sha256() in fitted_on:
        return _unseen(data, fitted_on, training["settings"]), "the part that the model was not fitted on"
    return data, "all of the set"


def _unseen(data: LabelledSet, fitted_on: list[str], settings: dict) -> LabelledSet:
    """The test images of one of the sets that a model was fitted on: all of the sets are parted together, as the fit did."""
    from trainer.data.spec import load
    from trainer.data.split import TEST, assign

    place = fitted_on.index(data.sha256())
    sets = [data] if len(fitted_on) == 1 else [load(spec) for spec in settings["data"]]
    if [known.sha256() for known in sets] != fitted_on:
        raise BadInput("Expected the sets that the model was fitted on, to tell which images it never saw. Received others.")
    _, part = assign(sets, settings["seed"], settings["validation"])
    begin = sum(len(known) for known in sets[:place])
    return data.take(part[begin : begin + len(data)] == TEST)


def _mistakes(report: dict, data: LabelledSet) -> bytes:
    worst = report["mistakes"][:WORST]
    if not worst:
        shown, captions = data.images[:WORST], [data.labels[target] for target in data.targets[:WORST]]
    else:
        shown = data.images[[mistake["index"] for mistake in worst]]
        captions = [f"{mistake['true']} → {mistake['predicted']} {mistake['confidence']:.2f}" for mistake in worst]
    stream = io.BytesIO()
    sheet(shown, captions).save(stream, "PNG")
    return stream.getvalue()
