"""Networks and their table of layers."""

import numpy as np
import pytest
from keras import ops

from inkling.errors import BadInput
from trainer.networks.network import build, cross_entropy, share, softmax, squared_error
from trainer.networks.table import format_table, layer_table
from trainer.recipes import RECIPES, recipe


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("labels", [2, 10, 40])
def test_a_network_gives_probabilities_for_any_number_of_labels(name, labels):
    """Crops in, rows that sum to 1 out."""
    network = build(recipe(name), labels)
    crops = np.random.default_rng(0).random((5, 24, 24, 1), np.float32)
    probabilities = ops.convert_to_numpy(network.probabilities(network.layers(crops)))
    assert probabilities.shape == (5, labels)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)


def test_the_table_of_the_tutorials_network_is_known_by_hand():
    """Shapes, parameters and multiply-adds of conv 5×5×8, pool, conv 5×5×16, pool, dense on 24×24."""
    rows = layer_table(build(recipe("tfjs"), 10).layers)
    assert [(row["name"], row["output_shape"], row["parameters"], row["multiply_adds"]) for row in rows] == [
        ("crops", [24, 24, 1], 0, 0),
        ("conv1", [20, 20, 8], 8 * 26, 20 * 20 * 8 * 25),
        ("pool1", [10, 10, 8], 0, 0),
        ("conv2", [6, 6, 16], 16 * (8 * 25 + 1), 6 * 6 * 16 * 8 * 25),
        ("pool2", [3, 3, 16], 0, 0),
        ("flatten", [144], 0, 0),
        ("dense", [10], 1450, 1440),
    ]


def test_the_perceptron_is_36_12_2():
    """Two labels make the very net of the tool it descends from."""
    rows = layer_table(build(recipe("perceptron"), 2).layers)
    assert [row["output_shape"] for row in rows][-3:] == [[36], [12], [2]]
    assert [row["parameters"] for row in rows][-2:] == [36 * 12 + 12, 12 * 2 + 2]


def test_the_printed_table_ends_in_totals():
    """The last line sums parameters and multiply-adds."""
    last = format_table(layer_table(build(recipe("tfjs"), 10).layers)).splitlines()[-1]
    assert last.split() == ["total", "4,874", "196,640"]


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_none_of_the_labels_wants_every_label_alike(smoothing):
    """The loss is the divergence from the uniform answer, 0 there and smoothed or not the same; labelled ones are as ever."""
    logits = np.array([[2.0, -1.0, 0.5], [0.7, 0.7, 0.7], [2.0, -1.0, 0.5]], np.float32)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    losses = ops.convert_to_numpy(cross_entropy(np.array([3, 3, 0], np.int32), logits, smoothing))
    divergence = (1 / 3 * np.log(1 / 3 / p)).sum(1)
    np.testing.assert_allclose(losses[:2], divergence[:2], atol=1e-6)
    assert losses[1] == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(losses[2], cross_entropy(np.array([0], np.int32), logits[2:], smoothing)[0], rtol=1e-6)
    distances = ops.convert_to_numpy(squared_error(np.array([3, 3], np.int32), p[:2], smoothing))
    np.testing.assert_allclose(distances, ((p[:2] - 1 / 3) ** 2).sum(1) / 2, atol=1e-6)


def test_losses_agree_with_their_definitions():
    """Cross-entropy, smoothed or not, and half of the squared distance, by hand in numpy."""
    logits = np.array([[2.0, -1.0, 0.5], [0.0, 0.0, 3.0]], np.float32)
    targets = np.array([0, 1], np.int32)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    np.testing.assert_allclose(cross_entropy(targets, logits), -np.log(p[[0, 1], targets]), rtol=1e-5)
    wanted = np.eye(3)[targets] * 0.9 + 0.1 / 3
    np.testing.assert_allclose(cross_entropy(targets, logits, 0.1), -(wanted * np.log(p)).sum(1), rtol=1e-5)
    np.testing.assert_allclose(squared_error(targets, p), ((p - np.eye(3)[targets]) ** 2).sum(1) / 2, rtol=1e-5)
    np.testing.assert_allclose(softmax(logits), p, rtol=1e-5)
    np.testing.assert_allclose(share(np.array([[0.2, 0.6]], np.float32)), [[0.25, 0.75]], rtol=1e-6)


def test_the_layers_of_our_network_are_a_setting():
    """Kernel, filters, steps and padding are as the text says, pools halve, and each convolution is normalised."""
    rows = layer_table(build(recipe("inkling", layers="5x5x8/2v 3x3x16 pool 3x3x12v"), 10).layers)
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
def test_layers_that_cannot_be_built_are_refused_with_what_is_expected(layers):
    """One clear sentence, most of them before any data is read."""
    with pytest.raises(BadInput, match="Expected"):
        build(recipe("inkling", layers=layers), 10)
