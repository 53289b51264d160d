"""Networks, losses and the layer table."""

import numpy as np
import pytest
from keras import ops

from inkling.errors import InvalidInput
from trainer.networks.layer_table import format_table, layer_table
from trainer.networks.network import build_network, cross_entropy, has_temperature, softmax, squared_error
from trainer.recipes import RECIPES, recipe


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("labels", [2, 10, 40])
def test_outputs_become_probabilities_for_any_number_of_labels(name, labels):
    """Crops in, probabilities out; those of a softmax sum to 1."""
    network = build_network(recipe(name), labels)
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28), np.uint8)
    probabilities = ops.convert_to_numpy(network.probabilities(network.model(network.center_crops(images))))
    assert probabilities.shape == (5, labels)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    if has_temperature(recipe(name)):
        np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)


def test_layer_table_of_the_tfjs_network():
    """Shapes, parameters and multiply-adds of conv 5×5×8, pool, conv 5×5×16, pool, dense on 28×28."""
    rows = layer_table(build_network(recipe("tfjs"), 10).model)
    assert [(row["name"], row["output_shape"], row["parameters"], row["multiply_adds"]) for row in rows] == [
        ("crops", [28, 28, 1], 0, 0),
        ("conv1", [24, 24, 8], 8 * 26, 24 * 24 * 8 * 25),
        ("pool1", [12, 12, 8], 0, 0),
        ("conv2", [8, 8, 16], 16 * (8 * 25 + 1), 8 * 8 * 16 * 8 * 25),
        ("pool2", [4, 4, 16], 0, 0),
        ("flatten", [256], 0, 0),
        ("dense", [10], 2570, 2560),
    ]


def test_perceptron_with_two_labels_is_36_12_2():
    """With two labels it is the network of the tool that it is based on."""
    rows = layer_table(build_network(recipe("perceptron"), 2).model)
    assert [row["output_shape"] for row in rows][-3:] == [[36], [12], [2]]
    assert [row["parameters"] for row in rows][-2:] == [36 * 12 + 12, 12 * 2 + 2]


def test_formatted_table_ends_with_totals():
    """Of parameters and multiply-adds."""
    last = format_table(layer_table(build_network(recipe("tfjs"), 10).model)).splitlines()[-1]
    assert last.split() == ["total", "5,994", "322,560"]


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_loss_of_outliers_is_the_divergence_from_the_uniform_distribution(smoothing):
    """It is 0 there and doesn't depend on label smoothing; the loss of labeled examples is unchanged."""
    logits = np.array([[2.0, -1.0, 0.5], [0.7, 0.7, 0.7], [2.0, -1.0, 0.5]], np.float32)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    losses = ops.convert_to_numpy(cross_entropy(np.array([3, 3, 0], np.int32), logits, smoothing))
    divergence = (1 / 3 * np.log(1 / 3 / p)).sum(1)
    np.testing.assert_allclose(losses[:2], divergence[:2], atol=1e-6)
    assert losses[1] == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(losses[2], cross_entropy(np.array([0], np.int32), logits[2:], smoothing)[0], rtol=1e-6)
    distances = ops.convert_to_numpy(squared_error(np.array([3, 3], np.int32), p[:2], smoothing))
    np.testing.assert_allclose(distances, ((p[:2] - 1 / 3) ** 2).sum(1) / 2, atol=1e-6)


def test_losses_equal_their_definitions():
    """Cross-entropy, with and without label smoothing, and half the squared distance, in numpy."""
    logits = np.array([[2.0, -1.0, 0.5], [0.0, 0.0, 3.0]], np.float32)
    targets = np.array([0, 1], np.int32)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    np.testing.assert_allclose(cross_entropy(targets, logits), -np.log(p[[0, 1], targets]), rtol=1e-5)
    expected = np.eye(3)[targets] * 0.9 + 0.1 / 3
    np.testing.assert_allclose(cross_entropy(targets, logits, 0.1), -(expected * np.log(p)).sum(1), rtol=1e-5)
    np.testing.assert_allclose(squared_error(targets, p), ((p - np.eye(3)[targets]) ** 2).sum(1) / 2, rtol=1e-5)
    np.testing.assert_allclose(softmax(logits), p, rtol=1e-5)


def test_layers_setting_defines_the_inkling_network():
    """Kernel size, filters, strides and padding; pools halve; each convolution has a batch normalization and a ReLU."""
    rows = layer_table(build_network(recipe("inkling", layers="5x5x8/2v 3x3x16 pool 3x3x12v"), 10).model)
    shapes = {row["name"]: row["output_shape"] for row in rows}
    assert shapes["conv1"] == [10, 10, 8]
    assert shapes["conv2_norm"] == [10, 10, 16]
    assert shapes["pool1"] == [5, 5, 16]
    assert shapes["conv3_relu"] == [3, 3, 12]
    assert shapes["dense"] == [10]


@pytest.mark.parametrize(
    "layers",
    ["", "3x3", "3x5x8", "0x0x8", "3x3x0", "3x3x8/0", "conv", "pool " * 41, "pool " * 5, "3x3x8 /2", "9x9x4v 9x9x4v 9x9x4v"],
)
def test_invalid_layers_are_refused(layers):
    """Before any data is read."""
    with pytest.raises(InvalidInput):
        build_network(recipe("inkling", layers=layers), 10)
