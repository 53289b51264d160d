"""Looking into a network: what is seen is what it computes, and nothing in it changes."""

import json
import math

import keras
import numpy as np
import pytest

from inkling.errors import BadInput
from tests.support.trainer_fixtures import small_settings
from trainer.data.sklearn_digits import read_digits
from trainer.data.spec import TRAINER_LIMITS
from trainer.inspection.finished_run import snapshot_of
from trainer.inspection.inspector import Looking
from trainer.networks.network import build
from trainer.networks.table import layer_table

NETWORKS = ["inkling", "tfjs", "convnetjs", "perceptron"]


@pytest.fixture(scope="module")
def digits():
    """Images to look at."""
    return read_digits(TRAINER_LIMITS).take(np.arange(20))


def opened(name: str, digits, **changes) -> tuple:
    """A network with fresh weights, and a look into it."""
    keras.utils.set_random_seed(3)
    network = build(small_settings(network=name, optimizer="sgd", **changes), 10)
    return network, Looking(network, digits, list(digits.labels))


def crop(digits, sample: int) -> np.ndarray:
    """The centre of an image, as networks take it."""
    return digits.images[sample, 2:26, 2:26][None, ..., None].astype(np.float32) / 255


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_is_seen_as_it_computes(name, digits):
    """The table's rows with activations; weights as they are; every gradient in its array's shape."""
    network, looking = opened(name, digits, dropout=0.3)
    before = network.layers.get_weights()
    snapshot = looking.at(3, step=7)
    outputs = network.layers.predict(crop(digits, 3), verbose=0)
    np.testing.assert_allclose(snapshot.layers[-1].arrays["activations"], outputs[0], atol=1e-6)
    shown = [
        {key: getattr(layer, key) for key in ("name", "kind", "output_shape", "parameters", "multiply_adds")}
        for layer in snapshot.layers
    ]
    assert shown == layer_table(network.layers)
    for layer in snapshot.layers:
        assert list(layer.arrays["activations"].shape) == layer.output_shape
        weights = [array for what, array in layer.arrays.items() if what != "activations" and not what.endswith("_gradient")]
        assert sum(array.size for array in weights) == layer.parameters
        for what, array in layer.arrays.items():
            if what.endswith("_gradient"):
                assert array.shape == layer.arrays[what.removesuffix("_gradient")].shape
                assert np.isfinite(array).all()
    for mine, theirs in zip(before, network.layers.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert (snapshot.sample, snapshot.step, snapshot.label) == (3, 7, digits.labels[digits.targets[3]])
    assert sum(snapshot.probabilities) == pytest.approx(1, abs=1e-5)
    assert snapshot.answer == digits.labels[int(np.argmax(snapshot.probabilities))]
    assert snapshot.forward_seconds > 0


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_are_slopes_of_the_loss(name, digits):
    """A small step along a weight's or an activation's gradient changes the loss by its length times the slope."""
    network, looking = opened(name, digits)
    seen = looking.at(5)
    last = network.layers.layers[-1]
    row = seen.layers[-1].arrays
    for weight in last.trainable_weights:
        slope = row[f"{weight.name}_gradient"]
        was, step = weight.numpy(), 1e-2 / np.linalg.norm(slope)
        losses = []
        for sign in (1, -1):
            weight.assign(was + sign * step * slope)
            losses.append(looking.at(5).loss)
        weight.assign(was)
        assert (losses[0] - losses[1]) / 2 == pytest.approx(1e-2 * np.linalg.norm(slope), rel=0.05)
    first = next(layer for layer in network.layers.layers if layer.trainable_weights).trainable_weights[0]
    slope = next(layer.arrays for layer in seen.layers if f"{first.name}_gradient" in layer.arrays)[f"{first.name}_gradient"]
    was, step = first.numpy(), 1e-3 / max(np.linalg.norm(slope), 1e-9)
    losses = []
    for sign in (1, -1):
        first.assign(was + sign * step * slope)
        losses.append(looking.at(5).loss)
    first.assign(was)
    assert (losses[0] - losses[1]) / 2 == pytest.approx(1e-3 * np.linalg.norm(slope), rel=0.2, abs=2e-6)


@pytest.mark.parametrize("name", ["tfjs", "inkling"])
def test_the_gradient_of_logits_is_what_is_known_of_softmax(name, digits):
    """Probability less one for the right label, probability for the others."""
    snapshot = opened(name, digits)[1].at(2)
    wanted = np.array(snapshot.probabilities) - np.eye(10)[digits.targets[2]]
    np.testing.assert_allclose(snapshot.layers[-1].arrays["activations_gradient"], wanted, atol=1e-5)
    assert snapshot.loss == pytest.approx(-math.log(snapshot.probabilities[digits.targets[2]]), rel=1e-4)


def test_a_look_sees_the_weights_of_that_moment(digits):
    """What is opened once follows the network."""
    network, looking = opened("tfjs", digits)
    looking.at(0)
    network.layers.set_weights([weight * 0 for weight in network.layers.get_weights()])
    snapshot = looking.at(0)
    assert not snapshot.layer("conv1").array("kernel").any()
    assert snapshot.probabilities == pytest.approx([0.1] * 10)


def test_a_finished_run_can_be_looked_into(digits_run):
    """With its best weights, as JSON and as pictures; the values are those of the arrays."""
    snapshot = snapshot_of(digits_run, 4)
    assert snapshot.step is None
    validation = digits_run.held_out("validation")
    assert snapshot.label == validation.labels[validation.targets[4]]
    assert np.array_equal(snapshot.layer("dense").array("bias"), digits_run.read_weights()[-1])
    told = json.loads(json.dumps(snapshot.to_dict(), allow_nan=False))
    kernel = next(layer for layer in told["layers"] if layer["name"] == "conv1")["arrays"]["kernel"]
    np.testing.assert_array_equal(np.array(kernel["values"], np.float32), snapshot.layer("conv1").array("kernel"))
    assert kernel["shape"] == [5, 5, 1, 8]
    assert kernel["min"] == np.min(kernel["values"])
    assert kernel["max"] == np.max(kernel["values"])
    (one,) = snapshot.to_dict("conv2", "bias_gradient", values=False)["layers"]
    assert (list(one["arrays"]), "values" in one["arrays"]["bias_gradient"]) == (["bias_gradient"], False)
    for layer in snapshot.layers:
        for what in layer.arrays:
            assert layer.png(what).startswith(b"\x89PNG")


@pytest.mark.parametrize("sample", [-1, 20, 1.0, "1", True, None])
def test_an_image_that_is_not_there_is_refused(sample, digits):
    """With how many there are."""
    with pytest.raises(BadInput, match="sample between 0 and 19"):
        opened("perceptron", digits)[1].at(sample)


def test_a_layer_or_an_array_that_is_not_there_is_refused(digits_run):
    """With those that are."""
    snapshot = snapshot_of(digits_run, 0)
    with pytest.raises(BadInput, match=r"one of the layers crops, conv1, .*Received 'conv9'"):
        snapshot.png("conv9")
    with pytest.raises(BadInput, match=r"activations, activations_gradient of the layer pool1. Received 'kernel'"):
        snapshot.to_dict("pool1", "kernel")


def test_a_run_without_weights_is_refused(digits_run, tmp_path):
    """Nothing was learnt in it yet."""
    from trainer.runs.run import Run

    run = Run.create(tmp_path / "run", digits_run.settings, digits_run.data)
    with pytest.raises(BadInput, match=r"best\.npz"):
        snapshot_of(run, 0)
