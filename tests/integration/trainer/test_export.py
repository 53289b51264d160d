"""Export: the gates between a run and a model file."""

import shutil

import numpy as np
import onnx
import pytest

from inkling.errors import BadInput
from inkling.models.model_card import CARD_KEY
from inkling.models.predictor import Predictor
from tests.support.trainer_fixtures import small_settings
from trainer.errors import ExportFailed
from trainer.export import exporter as module
from trainer.export.exporter import export
from trainer.recipes import RECIPES
from trainer.runs.keras_predictor import run_predictor
from trainer.runs.run import Run
from trainer.runs.temperature_scaling import at_temperature


def test_the_exported_model_answers_as_keras_does(digits_run, digits_model):
    """Through the same Predictor, crop by crop, within the gate's tolerance, alone and in a batch."""
    images = digits_run.held_out("test").images[:100]
    wanted = run_predictor(digits_run).predict(images, "all")
    got = Predictor(digits_model).predict(images, "all")
    np.testing.assert_allclose(got.crops, wanted.crops, atol=1e-5)
    alone = np.concatenate([Predictor(digits_model).predict(image[None], "all").crops for image in images[:3]])
    np.testing.assert_allclose(alone, got.crops[:3], atol=1e-6)


def test_the_graph_is_as_the_design_fixes_it(digits_model):
    """uint8 in, probabilities out, a named batch dimension, the opset, a card."""
    model = onnx.load(digits_model)
    onnx.checker.check_model(model, full_check=True)
    (images,), (probabilities,) = model.graph.input, model.graph.output
    dims = [[dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim] for value in (images, probabilities)]
    assert (images.name, images.type.tensor_type.elem_type) == ("images", onnx.TensorProto.UINT8)
    assert (probabilities.name, probabilities.type.tensor_type.elem_type) == ("probabilities", onnx.TensorProto.FLOAT)
    assert dims == [["N", 24, 24, 1], ["N", 10]]
    assert model.opset_import[0].version == 17
    assert [entry.key for entry in model.metadata_props] == [CARD_KEY]


def test_the_card_says_what_the_run_was(digits_run, digits_model):
    """Labels, layers, settings, data with hashes, versions, report and threshold are all in it."""
    card = Predictor(digits_model).card.fields
    assert card["name"] == "small"
    assert card["labels"] == [str(digit) for digit in range(10)]
    assert [row["name"] for row in card["layers"]][:2] == ["crops", "conv1"]
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
    assert "validation images" in card["known"]["how"]


def test_what_was_measured_on_outliers_is_in_the_card(tmp_path):
    """Their sets with their role, the temperature that the graph applies, the threshold and what it does."""
    from trainer.training.fit import fit

    run = fit(small_settings(outliers=("pairs",), outlier_share=0.2, epochs=2), tmp_path / "run", [])
    predictor = Predictor(export(run, tmp_path / "model.onnx"))
    card, fitted = predictor.card.fields, run.read_json("report.json")["fitted"]
    assert card["training"]["data"] == [*run.data["sets"], *run.data["outliers"]]
    assert card["training"]["temperature"] == fitted["temperature"] != 1
    validation, others = run.held_out("validation"), run.held_out_outliers("validation")
    refused, outliers_refused = (
        1 - predictor.card.knows(predictor.predict(known.images).probabilities).mean() for known in (validation, others)
    )
    assert card["known"]["score"] == "divergence"
    assert card["known"]["refused"] == pytest.approx(refused)
    assert refused <= 0.01
    assert card["known"]["outliers_refused"] == pytest.approx(outliers_refused)
    assert card["report"]["known"].keys() == {"threshold", "score", "refused", "roc_area", "outliers", "outliers_refused"}
    assert card["report"]["known"]["threshold"] == card["known"]["threshold"] == predictor.card.threshold
    assert card["report"]["calibration"]["error"] < 0.2


def test_a_run_from_before_there_was_a_temperature_is_answered_at_1(digits_run, tmp_path):
    """Its report does not name one."""
    old = Run(shutil.copytree(digits_run.path, tmp_path / "old"))
    reports = old.read_json("report.json")
    del reports["fitted"]["temperature"], reports["fitted"]["known"]
    old.write_json("report.json", reports)
    images = old.held_out("test").images[:20]
    logarithms = np.log(run_predictor(old).predict(images).crops)
    wanted = at_temperature(logarithms, digits_run.fitted["temperature"])
    np.testing.assert_allclose(run_predictor(digits_run).predict(images).probabilities, wanted, atol=1e-5)
    assert Predictor(export(old, tmp_path / "old.onnx")).card.fields["training"]["temperature"] == 1


def test_a_model_that_answers_otherwise_is_not_written(digits_run, tmp_path, monkeypatch):
    """Where the conversion goes wrong the older file stays as it was, and nothing is left beside it."""
    place = tmp_path / "model.onnx"
    place.write_bytes(b"the older file")
    convert = module.convert

    def wrong(network, labels):
        network.layers.set_weights([weight * 1.01 for weight in network.layers.get_weights()])
        model = convert(network, labels)
        network.layers.set_weights([weight / 1.01 for weight in network.layers.get_weights()])
        return model

    monkeypatch.setattr(module, "convert", wrong)
    with pytest.raises(ExportFailed, match="nothing was written"):
        export(digits_run, place)
    assert place.read_bytes() == b"the older file"
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


@pytest.mark.parametrize("failing", ["_measure", "find_threshold", "_check_smoke"])
def test_whatever_fails_on_the_way_leaves_the_older_file(digits_run, tmp_path, monkeypatch, failing):
    """Every step after the conversion can fail without harm."""
    place = tmp_path / "model.onnx"
    place.write_bytes(b"the older file")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, failing, fail)
    with pytest.raises(BadInput, match="No space left on device"):
        export(digits_run, place)
    assert place.read_bytes() == b"the older file"
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


def test_what_is_no_finished_run_is_refused(tmp_path, digits_run):
    """A folder without a run, an unfinished run, and a file name that is no model's."""
    with pytest.raises(BadInput, match=r"settings\.json"):
        Run.open(tmp_path)
    unfinished = Run.create(tmp_path / "run", digits_run.settings, digits_run.data)
    with pytest.raises(BadInput, match="Expected a finished run"):
        export(unfinished, tmp_path / "model.onnx")
    with pytest.raises(BadInput, match=r"ends in \.onnx"):
        export(digits_run, tmp_path / "model.pb")


@pytest.mark.parametrize("name", [name for name in RECIPES if name != "tfjs"])
def test_every_recipes_network_goes_through_the_gates(name, tmp_path):
    """One epoch of each on digits exports and loads."""
    from trainer.recipes import recipe
    from trainer.training.fit import fit

    small = {"data": ("digits",), "epochs": 1, "device": "cpu"}
    run = fit(recipe(name, **small), tmp_path / "run", [])
    assert Predictor(export(run, tmp_path / f"{name}.onnx")).card.fields["training"]["recipe"] == name
