"""Inspection of networks and runs."""

import json
import math

import keras
import numpy as np
import pytest

from inkling.errors import InvalidInput
from tests.support.trainer_fixtures import small_settings
from trainer.data.sklearn_digits import read_digits
from trainer.data.spec import TRAINER_LIMITS
from trainer.inspection.finished_run import predict_page, take_snapshot
from trainer.inspection.inspector import Inspector
from trainer.inspection.request import PageRequest
from trainer.networks.layer_table import layer_table
from trainer.networks.network import build_network

NETWORKS = ["inkling", "tfjs", "convnetjs", "perceptron"]
ROW = ("name", "kind", "output_shape", "parameters", "multiply_adds")


@pytest.fixture(scope="module")
def digits():
    """Twenty images."""
    return read_digits(TRAINER_LIMITS).take(np.arange(20))


def make_inspector(name: str, digits, **changes) -> Inspector:
    """An inspector of a network with fresh weights."""
    keras.utils.set_random_seed(3)
    network = build_network(small_settings(network=name, optimizer="sgd", **changes), 10)
    return Inspector(network, digits, list(digits.labels))


@pytest.mark.parametrize("name", NETWORKS)
def test_snapshot_contains_every_layer(name, digits):
    """The rows of the layer table, activations, weights, and gradients in the shapes of their arrays; nothing changes."""
    inspector = make_inspector(name, digits, dropout=0.3)
    model = inspector.network.model
    before = model.get_weights()
    snapshot = inspector.take_snapshot(3, step=7)
    outputs = model.predict(inspector.network.center_crops(digits.images[3:4]), verbose=0)
    np.testing.assert_allclose(snapshot.layers[-1].arrays["activations"], outputs[0], atol=1e-6)
    assert [{key: getattr(layer, key) for key in ROW} for layer in snapshot.layers] == layer_table(model)
    for layer in snapshot.layers:
        assert list(layer.arrays["activations"].shape) == layer.output_shape
        weights = [array for key, array in layer.arrays.items() if key != "activations" and not key.endswith("_gradient")]
        assert sum(array.size for array in weights) == layer.parameters
        for key, array in layer.arrays.items():
            if key.endswith("_gradient"):
                assert array.shape == layer.arrays[key.removesuffix("_gradient")].shape
                assert np.isfinite(array).all()
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert (snapshot.sample, snapshot.step, snapshot.label) == (3, 7, digits.labels[digits.targets[3]])
    outputs = inspector.network.probabilities(outputs)
    assert snapshot.probabilities == pytest.approx(np.array(outputs[0]).tolist(), abs=1e-6)
    assert snapshot.predicted == digits.labels[int(np.argmax(snapshot.probabilities))]
    assert snapshot.forward_seconds > 0


def loss_change(inspector: Inspector, weight: keras.Variable, gradient: np.ndarray, length: float) -> float:
    """Half the difference of the losses after a step of a length along the gradient and one against it."""
    value, losses = weight.numpy(), []
    for sign in (1, -1):
        weight.assign(value + sign * length * gradient)
        losses.append(inspector.take_snapshot(5).loss)
    weight.assign(value)
    return (losses[0] - losses[1]) / 2


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_equal_finite_differences(name, digits):
    """For the weights of the last layer, and the first trained weight of the network."""
    inspector = make_inspector(name, digits)
    model, snapshot = inspector.network.model, inspector.take_snapshot(5)
    for weight in model.layers[-1].trainable_weights:
        gradient = snapshot.layers[-1].arrays[f"{weight.name}_gradient"]
        norm = np.linalg.norm(gradient)
        assert loss_change(inspector, weight, gradient, 1e-2 / norm) == pytest.approx(1e-2 * norm, rel=0.05)
    index, first = next((i, layer.trainable_weights[0]) for i, layer in enumerate(model.layers) if layer.trainable_weights)
    gradient = snapshot.layers[index].arrays[f"{first.name}_gradient"]
    norm = np.linalg.norm(gradient)
    change = loss_change(inspector, first, gradient, 1e-3 / max(norm, 1e-9))
    assert change == pytest.approx(1e-3 * norm, rel=0.2, abs=2e-6)


@pytest.mark.parametrize("name", ["tfjs", "inkling"])
def test_gradient_of_logits_is_probabilities_minus_target(name, digits):
    """As for any softmax cross-entropy."""
    snapshot = make_inspector(name, digits).take_snapshot(2)
    expected = np.array(snapshot.probabilities) - np.eye(10)[digits.targets[2]]
    np.testing.assert_allclose(snapshot.layers[-1].arrays["activations_gradient"], expected, atol=1e-5)
    assert snapshot.loss == pytest.approx(-math.log(snapshot.probabilities[digits.targets[2]]), rel=1e-4)


def test_snapshot_shows_the_current_weights(digits):
    """Also if the inspector was used before they changed."""
    inspector = make_inspector("tfjs", digits)
    inspector.take_snapshot(0)
    model = inspector.network.model
    model.set_weights([weight * 0 for weight in model.get_weights()])
    snapshot = inspector.take_snapshot(0)
    assert not snapshot.layer("conv1").array("kernel").any()
    assert snapshot.probabilities == pytest.approx([0.1] * 10)


def test_finished_run_can_be_inspected(digits_run):
    """With its best weights, as JSON and as PNG."""
    snapshot = take_snapshot(digits_run, 4)
    assert snapshot.step is None
    validation = digits_run.held_out("validation")
    assert snapshot.label == validation.labels[validation.targets[4]]
    assert np.array_equal(snapshot.layer("dense").array("bias"), digits_run.read_weights()[-1])
    body = json.loads(json.dumps(snapshot.to_dict(), allow_nan=False))
    kernel = next(layer for layer in body["layers"] if layer["name"] == "conv1")["arrays"]["kernel"]
    np.testing.assert_array_equal(np.array(kernel["values"], np.float32), snapshot.layer("conv1").array("kernel"))
    assert kernel["shape"] == [5, 5, 1, 8]
    assert kernel["min"] == np.min(kernel["values"])
    assert kernel["max"] == np.max(kernel["values"])
    (layer,) = snapshot.to_dict("conv2", "bias_gradient", values=False)["layers"]
    assert (list(layer["arrays"]), "values" in layer["arrays"]["bias_gradient"]) == (["bias_gradient"], False)
    for layer in snapshot.layers:
        for name in layer.arrays:
            assert layer.png(name).startswith(b"\x89PNG")


def test_pages_of_predictions_match_snapshots(digits_run):
    """Label and prediction of each image, and where the next page begins."""
    page = predict_page(digits_run, PageRequest(2, 3)).to_dict()
    assert [row["index"] for row in page["predictions"]] == [2, 3, 4]
    assert page["next"] == 5
    snapshot = take_snapshot(digits_run, 4)
    assert (page["predictions"][2]["label"], page["predictions"][2]["predicted"]) == (snapshot.label, snapshot.predicted)
    assert predict_page(digits_run, PageRequest(page["n"] - 1, 9)).to_dict()["next"] is None
    with pytest.raises(InvalidInput):
        predict_page(digits_run, PageRequest(page["n"], 1))


@pytest.mark.parametrize("sample", [-1, 20, 1.0, "1", True, None])
def test_unknown_sample_is_refused(sample, digits):
    """The message names the range."""
    with pytest.raises(InvalidInput, match="between 0 and 19"):
        make_inspector("perceptron", digits).take_snapshot(sample)


def test_unknown_layer_or_array_is_refused(digits_run):
    """The message names what exists."""
    snapshot = take_snapshot(digits_run, 0)
    with pytest.raises(InvalidInput, match="crops, conv1, "):
        snapshot.png("conv9")
    with pytest.raises(InvalidInput, match="activations, activations_gradient"):
        snapshot.to_dict("pool1", "kernel")


def test_run_without_weights_is_refused(digits_run, tmp_path):
    """Its fit has not finished an epoch."""
    from trainer.runs.run import Run

    run = Run.create(tmp_path / "run", digits_run.settings, digits_run.data)
    with pytest.raises(InvalidInput, match=r"best\.npz"):
        take_snapshot(run, 0)
