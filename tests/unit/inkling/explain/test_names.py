"""Names: a graph's layers under the names of its card."""

from pathlib import Path

import pytest

from tests.unit.inkling.explain.graphs import LABELS, Chain
from tests.unit.inkling.explain.test_layers import explain

INPUT = ("crops", "InputLayer", [24, 24, 1])
DENSE = ("answer", "Dense", [len(LABELS)])


def rows(*layers: tuple[str, str, list[int]]) -> list[dict]:
    """A card's layers."""
    return [{"name": name, "kind": kind, "output_shape": shape, "parameters": 0} for name, kind, shape in layers]


def network() -> Chain:
    """Convolution, ReLU, pooling, a bitmap, flatten, dense, a temperature, softmax."""
    chain = Chain().begin()
    chain.conv(1, 2, 5)
    chain.node("Relu")
    chain.node("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
    chain.node("GreaterOrEqual", chain.constant(0.5))
    chain.node("Cast", to=1)
    chain.node("Flatten")
    chain.node("MatMul", chain.constant(chain.drawn(200, 3)))
    chain.node("Div", chain.constant(1.5))
    chain.node("Softmax")
    return chain


CONV, RELU, POOL = ("first", "Conv2D", [20, 20, 2]), ("active", "ReLU", [20, 20, 2]), ("smaller", "MaxPooling2D", [10, 10, 2])
BITS, FLAT = ("bits", "Bitmap", [10, 10, 2]), ("flat", "Flatten", [200])
NORM, DROP = ("norm", "BatchNormalization", [20, 20, 2]), ("drop", "Dropout", [20, 20, 2])
END = ["temperature", "softmax"]

CARDS = {
    "every layer": (
        [INPUT, CONV, RELU, POOL, BITS, FLAT, DENSE],
        ["crops", "first", "active", "smaller", "bits", "flat", "answer", *END],
    ),
    "activations within": (
        [INPUT, CONV, POOL, BITS, FLAT, DENSE],
        ["crops", "first", "first_relu", "smaller", "bits", "flat", "answer", *END],
    ),
    "more than the graph computes": (
        [INPUT, CONV, NORM, DROP, RELU, POOL, BITS, FLAT, DENSE],
        ["crops", "first", "active", "smaller", "bits", "flat", "answer", *END],
    ),
    "no layers": ([], ["crop", "conv2d", "conv2d_relu", "maxpooling2d", "maxpooling2d_threshold", "flatten", "dense", *END]),
    "other layers": (
        [("a", "Dense", [7]), ("b", "Conv2D", [1, 1, 1])],
        ["crop", "conv2d", "conv2d_relu", "maxpooling2d", "maxpooling2d_threshold", "flatten", "dense", *END],
    ),
    "one name for all": (
        [("x", *row[1:]) for row in (INPUT, CONV, RELU, POOL, BITS, FLAT, DENSE)],
        ["x", "x_2", "x_3", "x_4", "x_5", "x_6", "x_7", *END],
    ),
}


@pytest.mark.parametrize("what", CARDS)
def test_layers_are_called_as_the_card_calls_them(what: str, tmp_path: Path):
    """Where kind and shape fit; the others by what they are."""
    card, names = CARDS[what]
    layers = explain(network().write(tmp_path / "named.onnx", rows(*card))).layers
    assert [layer.name for layer in layers] == names
    folded = {layer.name: layer.folded for layer in layers if layer.folded}
    assert folded == ({"first": ["norm"]} if NORM in card else {})


def test_a_card_may_hold_anything_as_its_layers(tmp_path: Path):
    """Objects without a name, a kind or a shape are passed over."""
    card = [
        {},
        {"name": 1},
        {"name": "a", "kind": None},
        {"name": "b", "kind": "Conv2D"},
        {"name": "c", "kind": "Dense", "output_shape": "?"},
    ]
    layers = explain(network().write(tmp_path / "odd.onnx", card)).layers
    assert [layer.name for layer in layers] == CARDS["no layers"][1]
