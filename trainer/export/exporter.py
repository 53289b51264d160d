"""Export a run to an ONNX file with a model card: convert, describe, verify, rename into place."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkling.errors import InvalidInput
from inkling.explain.explainer import Explainer
from inkling.models.model_card import ModelCard
from inkling.models.predictor import Predictor
from trainer.export.converter import convert
from trainer.export.doc_strings import add_doc_strings
from trainer.export.graph_layers import describe_graph_layers
from trainer.export.measurement import measure
from trainer.export.model_file import write_model
from trainer.export.smoke_selection import select_smoke_example
from trainer.export.verification import check_layers, check_predictions, check_smoke_test
from trainer.io.atomic import replace_file
from trainer.lines.added import AddedLineNetwork, read_line_network
from trainer.lines.run import LineRun
from trainer.runs.rejection_threshold import find_rejection_threshold
from trainer.runs.run import Run

if TYPE_CHECKING:
    import onnx


def export(run: Run, path: Path, lines: LineRun | None = None) -> Path:
    """Export the run's best network to `path`, an .onnx file. A file that exists is replaced only after every check has passed.

    lines: the run of a line network to add.

    The checks: onnx.checker; the predictions of Keras and of `Predictor` for 1 and for 256 real images are equal within 1e-5,
    with the same labels; so is the output of every layer; the finished file loads and predicts the smoke test's image. Raises
    ExportFailed if a check fails, or InvalidInput for an unfinished run or a path that can't be written.
    """
    from trainer.runs.keras_predictor import load_best_network

    if path.suffix != ".onnx":
        raise InvalidInput(f"The file name {path.name} doesn't end in .onnx.")
    if not run.finished:
        raise InvalidInput(f"The run {run.path} isn't finished. Continue it with --resume.")
    line_network = None if lines is None else read_line_network(lines, run)
    network = load_best_network(run)
    model = convert(network, len(run.data["labels"]))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda temporary: _write_verified(run, network, model, line_network, temporary, path.stem))
    except OSError as error:
        raise InvalidInput(f"Cannot write {path}: {error.strerror}.") from error
    return path


def _write_verified(
    run: Run, network: Any, model: "onnx.ModelProto", lines: AddedLineNetwork | None, path: Path, name: str
) -> None:
    """Write the file, measure and verify it. name: the model's."""
    import onnx

    from trainer.runs.keras_predictor import keras_predictor
    from trainer.runs.model_card import card_fields, draft_card

    test, outliers = run.held_out("test"), run.held_out_outliers("test")
    write_model(model, draft_card(run, network), path)
    predictor = Predictor(path)
    check_predictions(keras_predictor(run, network), predictor, test.images)
    known = find_rejection_threshold(predictor, run)
    write_model(model, draft_card(run, network, known), path)
    report = measure(Predictor(path), test, outliers, name)
    smoke = select_smoke_example(predictor, run.held_out("validation"))
    graph_layers, keras_layers = describe_graph_layers(model, network.model)
    card = card_fields(run, network, name, report, known) | {"graph_layers": graph_layers, "smoke": smoke.to_json()}
    if lines is not None:
        card["line_network"] = lines.card
    add_doc_strings(model, ModelCard.parse(json.dumps(card)))
    write_model(model, json.dumps(card, allow_nan=False), path, None if lines is None else lines.data)
    onnx.checker.check_model(str(path), full_check=True)
    predictor = Predictor(path)
    check_layers(network, Explainer(path.read_bytes(), predictor), keras_layers, test.images[0])
    check_smoke_test(predictor, smoke)
