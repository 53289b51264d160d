"""Export: from a finished run to a verified model file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from click.testing import CliRunner

from inkling.errors import InvalidInput
from inkling.explain.explainer import Explainer
from inkling.models.model_card import CARD_KEY
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import load_verified
from tests.support.trainer_fixtures import small_settings
from trainer.cli.main import main
from trainer.errors import ExportFailed
from trainer.export import exporter
from trainer.export.exporter import export
from trainer.recipes import RECIPES
from trainer.runs.keras_predictor import keras_predictor
from trainer.runs.run import Run
from trainer.runs.run_card import run_card
from trainer.runs.temperature_scaling import softmax_at_temperature


def test_exported_model_predicts_as_keras_does(digits_run, digits_model):
    """Crop by crop within the tolerance, in a batch and one image at a time."""
    images = digits_run.held_out("test").images[:100]
    expected = keras_predictor(digits_run).predict(images, "all")
    actual = Predictor(digits_model).predict(images, "all")
    np.testing.assert_allclose(actual.crops, expected.crops, atol=1e-5)
    one_by_one = np.concatenate([Predictor(digits_model).predict(image[None], "all").crops for image in images[:3]])
    np.testing.assert_allclose(one_by_one, actual.crops[:3], atol=1e-6)


def test_graph_has_the_documented_inputs_and_outputs(digits_model):
    """uint8 images in, probabilities out and nothing else, a named batch dimension, the opset, a card."""
    model = onnx.load(digits_model)
    onnx.checker.check_model(model, full_check=True)
    (images,), (probabilities,) = model.graph.input, model.graph.output
    dims = [[dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim] for value in (images, probabilities)]
    assert (images.name, images.type.tensor_type.elem_type) == ("images", onnx.TensorProto.UINT8)
    assert (probabilities.name, probabilities.type.tensor_type.elem_type) == ("probabilities", onnx.TensorProto.FLOAT)
    assert dims == [["N", 28, 28, 1], ["N", 10]]
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 17)]
    assert [entry.key for entry in model.metadata_props] == [CARD_KEY]


def test_graph_describes_itself_and_has_no_computed_shapes(digits_model):
    """The model, its graph, input and output have a text; Flatten is a Reshape to a constant shape."""
    model = onnx.load(digits_model)
    described = [model, model.graph, *model.graph.input, *model.graph.output]
    assert all(len(each.doc_string) > 20 for each in described)
    assert "Labels: 0 1 2" in model.doc_string
    constants = {tensor.name for tensor in model.graph.initializer}
    assert not [node.name for node in model.graph.node if node.op_type in ("Shape", "Gather", "Slice", "Concat")]
    assert all(node.input[1] in constants for node in model.graph.node if node.op_type == "Reshape")
    assert constants == {name for node in model.graph.node for name in node.input} & constants


def test_card_holds_an_image_for_the_smoke_test(digits_run, digits_model):
    """One of the validation images, which the model predicts with the highest probability."""
    smoke, validation = Predictor(digits_model).card.smoke, digits_run.held_out("validation")
    probabilities = Predictor(digits_model).predict(validation.images).probabilities
    best = probabilities[np.arange(len(validation)), validation.targets].argmax()
    np.testing.assert_array_equal(smoke.image, validation.images[best])
    assert smoke.label == validation.labels[validation.targets[best]]
    assert smoke.difference(load_verified(digits_model).predict(smoke.image[None]).probabilities[0]) < 1e-5


def test_card_describes_the_run(digits_run, digits_model):
    """Labels, layers, settings, data with hashes, versions, report and threshold."""
    card = Predictor(digits_model).card.raw
    assert card["name"] == "small"
    assert card["labels"] == [str(digit) for digit in range(10)]
    assert [row["name"] for row in card["layers"]][:3] == ["crops", "conv1", "pool1"]
    assert [row["name"] for row in card["graph_layers"]][:3] == ["crops", "conv1", "conv1_relu"]
    Explainer(digits_model.read_bytes(), Predictor(digits_model))
    training = card["training"]
    assert training["recipe"] == "tfjs"
    assert training["settings"]["batch_size"] == 64
    assert training["data"] == digits_run.data["sets"]
    assert training["epochs"] == 4
    assert {"keras", "numpy", "tensorflow", "python"} <= training["versions"].keys()
    report = card["report"]
    assert report["data"]["n"] == sum(map(sum, report["confusion_matrix"]["counts"])) == 359
    assert report["accuracy"] == digits_run.read_json("report.json")["reports"]["4"]["accuracy"]
    assert 0 < card["known"]["threshold"] < 1
    assert card["known"]["how"]


def test_card_of_the_run_is_that_of_its_model(digits_run, digits_model, tmp_path):
    """Except for what only an exported file has. Both can be written as Markdown; an unfinished run has none."""
    ours, exported = run_card(digits_run).raw, Predictor(digits_model).card.raw
    for field in ("name", "labels", "crop", "layers", "training"):
        assert ours[field] == exported[field]
    for field in ("accuracy", "data", "confusion_matrix", "classes"):
        assert ours["report"][field] == exported["report"][field]
    result = CliRunner().invoke(main, ["card", str(digits_run.path)])
    assert result.exit_code == 0, result.output
    assert f"value: {exported['report']['accuracy']:.6g}" in result.stdout
    with pytest.raises(InvalidInput):
        run_card(Run.create(tmp_path / "unfinished", digits_run.settings, digits_run.data))


def test_card_reports_rejection_of_outliers(tmp_path):
    """The outlier sets, the temperature that the graph applies, the threshold and its rates."""
    from trainer.fit import fit

    run = fit(small_settings(outliers=("pairs",), outlier_share=0.2, epochs=2), tmp_path / "run", [])
    predictor = Predictor(export(run, tmp_path / "model.onnx"))
    card, fitted = predictor.card.raw, run.read_json("report.json")["fitted"]
    assert card["training"]["data"] == [*run.data["sets"], *run.data["outliers"]]
    assert card["training"]["temperature"] == fitted["temperature"] != 1
    validation, outliers = run.held_out("validation"), run.held_out_outliers("validation")
    rejected, outliers_rejected = (
        1 - predictor.card.is_known(predictor.predict(dataset.images).probabilities).mean()
        for dataset in (validation, outliers)
    )
    assert card["known"]["score"] == "divergence"
    assert card["known"]["rejected"] == pytest.approx(rejected)
    assert rejected <= 0.01
    assert card["known"]["outliers_rejected"] == pytest.approx(outliers_rejected)
    assert card["report"]["known"].keys() == {"threshold", "score", "rejected", "roc_auc", "outliers", "outliers_rejected"}
    assert card["report"]["known"]["threshold"] == card["known"]["threshold"] == predictor.card.threshold
    assert card["report"]["calibration"]["error"] < 0.2


def test_run_without_a_temperature_has_temperature_1(digits_run, tmp_path):
    """Its report doesn't contain one."""
    run = Run(shutil.copytree(digits_run.path, tmp_path / "run"))
    reports = run.read_json("report.json")
    del reports["fitted"]["temperature"], reports["fitted"]["known"]
    run.write_json("report.json", reports)
    images = run.held_out("test").images[:20]
    log_probabilities = np.log(keras_predictor(run).predict(images).crops)
    expected = softmax_at_temperature(log_probabilities, digits_run.fitted["temperature"])
    np.testing.assert_allclose(keras_predictor(digits_run).predict(images).probabilities, expected, atol=1e-5)
    assert Predictor(export(run, tmp_path / "model.onnx")).card.raw["training"]["temperature"] == 1


@pytest.fixture
def existing_model(tmp_path) -> Iterator[Path]:
    """A file that must survive a failed export, with nothing beside it."""
    path = tmp_path / "model.onnx"
    path.write_bytes(b"existing")
    yield path
    assert path.read_bytes() == b"existing"
    assert [found.name for found in tmp_path.iterdir()] == ["model.onnx"]


def test_model_with_other_predictions_is_not_written(digits_run, existing_model, monkeypatch):
    """A wrong conversion is found by comparison with Keras."""
    convert = exporter.convert

    def convert_wrongly(network, labels):
        network.model.set_weights([weight * 1.01 for weight in network.model.get_weights()])
        model = convert(network, labels)
        network.model.set_weights([weight / 1.01 for weight in network.model.get_weights()])
        return model

    monkeypatch.setattr(exporter, "convert", convert_wrongly)
    with pytest.raises(ExportFailed):
        export(digits_run, existing_model)


STEPS = [
    "measure",
    "select_smoke_example",
    "find_rejection_threshold",
    "describe_graph_layers",
    "add_doc_strings",
    "check_layers",
    "check_smoke_test",
]


@pytest.mark.parametrize("step", STEPS)
def test_failure_of_any_step_leaves_the_existing_model(digits_run, existing_model, monkeypatch, step):
    """For example a full disk."""

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporter, step, fail)
    with pytest.raises(InvalidInput):
        export(digits_run, existing_model)


def test_unfinished_runs_and_other_file_names_are_refused(tmp_path, digits_run):
    """So is a folder without a run."""
    with pytest.raises(InvalidInput):
        Run.open(tmp_path)
    unfinished = Run.create(tmp_path / "run", digits_run.settings, digits_run.data)
    with pytest.raises(InvalidInput):
        export(unfinished, tmp_path / "model.onnx")
    with pytest.raises(InvalidInput):
        export(digits_run, tmp_path / "model.pb")
    assert not list(tmp_path.glob("model.*"))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in RECIPES if name != "tfjs"])
def test_every_recipe_can_be_exported(name, tmp_path):
    """After one epoch on digits."""
    from trainer.fit import fit
    from trainer.recipes import recipe

    run = fit(recipe(name, data=("digits",), epochs=1, device="cpu"), tmp_path / "run", [])
    predictor = Predictor(path := export(run, tmp_path / f"{name}.onnx"))
    assert predictor.card.raw["training"]["recipe"] == name
    assert Explainer(path.read_bytes(), predictor).layers[-1].output == "probabilities"
