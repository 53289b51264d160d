"""Layers: whatever the graph, each value that is shown can be computed by hand from those before it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto

from inkling.explain.explainer import Explainer
from inkling.models.predictor import Predictor
from tests.support.dataset_files import drawings
from tests.unit.inkling.explain.by_hand import check
from tests.unit.inkling.explain.graphs import Chain

CROPS = drawings(3)[:, 2:26, 2:26]


def valid(chain: Chain) -> Chain:
    """Strides that leave a column over."""
    chain.begin().conv(1, 4, 5, strides=[2, 3])
    return chain.end(4 * 10 * 7)


def padded(chain: Chain) -> Chain:
    """Padding that differs on each side."""
    chain.begin().conv(1, 3, 3, pads=[0, 1, 2, 1], strides=[2, 2])
    return chain.end(3 * 12 * 12)


def upper(chain: Chain) -> Chain:
    """The padding of TensorFlow, worked out from the shapes."""
    chain.begin().conv(1, 2, 5, auto_pad="SAME_UPPER", strides=[2, 2])
    chain.conv(2, 3, 4, auto_pad="SAME_LOWER")
    return chain.end(3 * 12 * 12)


def sparse(chain: Chain) -> Chain:
    """Windows with holes, of a mean and of a convolution."""
    chain.begin().conv(1, 2, 3, dilations=[2, 3])
    return chain.end(2 * 20 * 18)


def grouped(chain: Chain) -> Chain:
    """Groups, and each channel by itself."""
    chain.begin().conv(1, 4, 3)
    chain.conv(2, 6, 3, group=2)
    chain.conv(1, 6, 3, group=6, strides=[2, 2])
    chain.conv(1, 12, 3, group=6)
    return chain.end(12 * 7 * 7)


def bias_apart(chain: Chain) -> Chain:
    """An Add behind a convolution, from either side, is its bias."""
    chain.begin().conv(1, 4, 5, bias=False)
    chain.node("Add", chain.constant(chain.drawn(4).reshape(1, 4, 1, 1)))
    chain.conv(4, 2, 5, bias=False)
    chain.node("Add", chain.constant(0.25))
    return chain.end(2 * 16 * 16)


def no_bias(chain: Chain) -> Chain:
    """An Add of a number a place is none, nor is one behind a value that others read."""
    chain.begin().conv(1, 2, 5, bias=False)
    chain.node("Add", chain.constant(chain.drawn(1, 1, 20, 20)))
    before = chain.conv(2, 2, 5, bias=False)
    chain.node("Add", chain.constant(1.0))
    chain.node("Add", before)
    return chain.end(2 * 16 * 16)


def normalised(chain: Chain) -> Chain:
    """Batch normalisation in the graph, of maps and of features in the order of maps."""
    chain.begin().conv(1, 3, 5, strides=[3, 3])
    numbers = [chain.constant(np.abs(chain.drawn(3)) + 0.1) for _ in range(4)]
    chain.node("BatchNormalization", *numbers, epsilon=0.01)
    chain.node("Relu")
    chain.node("Flatten")
    chain.node("BatchNormalization", *[chain.constant(np.abs(chain.drawn(147)) + 0.1) for _ in range(4)])
    return chain.end(147)


def rescaled(chain: Chain) -> Chain:
    """Constants that are added and multiplied: one, or one a channel, before or behind."""
    chain.begin().conv(1, 3, 5, strides=[3, 3])
    chain.node("Mul", chain.constant(chain.drawn(3).reshape(3, 1, 1)))
    chain.node("Sub", chain.constant(chain.drawn(3).reshape(1, 3, 1, 1)))
    chain.node("Div", chain.constant(2.5))
    chain.nodes.append(onnx.helper.make_node("Sub", [chain.constant(1.0), chain.at], ["turned"]))
    chain.at = "turned"
    chain.node("Relu")
    chain.node("Add", chain.constant(0.5))
    return chain.end(147)


def pools(chain: Chain) -> Chain:
    """Largest and mean, padded, with strides, rounded up."""
    chain.begin().conv(1, 3, 3)
    chain.node("MaxPool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    chain.node("AveragePool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 0, 1, 2])
    chain.node("MaxPool", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
    return chain.end(3 * 3 * 3)


def means(chain: Chain) -> Chain:
    """Means that count their padding, and one that is rounded up."""
    chain.begin().conv(1, 3, 3)
    chain.node("AveragePool", kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1], count_include_pad=1)
    chain.node("AveragePool", kernel_shape=[4, 4], strides=[4, 4], ceil_mode=1)
    return chain.end(3 * 6 * 6)


def both(chain: Chain) -> Chain:
    """A mean that counts its padding and is rounded up is shown, but not explained."""
    chain.begin()
    chain.node("AveragePool", kernel_shape=[5, 5], strides=[4, 4], pads=[1, 1, 1, 1], count_include_pad=1, ceil_mode=1)
    return chain.end(7 * 7)


def global_mean(chain: Chain) -> Chain:
    """One number of each map, by the operation of that name."""
    chain.begin().conv(1, 6, 5)
    chain.node("GlobalAveragePool")
    return chain.end(6)


def reduced_maps(chain: Chain) -> Chain:
    """The same by a reduction of maps, which leaves no empty axes."""
    chain.begin().conv(1, 6, 5)
    chain.node("ReduceMean", axes=[2, -1], keepdims=0)
    return chain.end(6)


def reduced_rows(chain: Chain) -> Chain:
    """… and of what has its channels last."""
    chain.begin().conv(1, 6, 5)
    chain.node("Transpose", perm=[0, 2, 3, 1])
    chain.node("ReduceMax", axes=[1, 2])
    chain.node("Squeeze", chain.constant([1, 2], np.int64))
    return chain.end(6)


def global_maximum(chain: Chain) -> Chain:
    """The largest of each map, then a convolution of what is left."""
    chain.begin().conv(1, 6, 5)
    chain.node("GlobalMaxPool")
    chain.conv(6, 5, 1)
    return chain.end(5)


def gemm(chain: Chain) -> Chain:
    """A dense layer as Gemm, turned and scaled, with a bias of one number a label and of one number."""
    chain.begin(maps=False)
    chain.node("Flatten")
    chain.node("Gemm", chain.constant(chain.drawn(7, 576)), chain.constant(chain.drawn(7)), transB=1, alpha=0.5, beta=2.0)
    chain.node("Tanh")
    chain.node("Gemm", chain.constant(chain.drawn(7, 3)), chain.constant(0.5))
    chain.node("Softmax")
    return chain


def maps_flattened(chain: Chain) -> Chain:
    """Maps are flattened as they lie, channel by channel, and reach two dense layers through a sigmoid."""
    chain.begin().conv(1, 4, 5, strides=[4, 4])
    chain.node("Reshape", chain.constant([-1, 100], np.int64))
    chain.node("Sigmoid")
    chain.node("MatMul", chain.constant(chain.drawn(100, 8)))
    chain.node("Relu")
    return chain.end(8)


def bits(chain: Chain) -> Chain:
    """A bitmap by each comparison, shares of sigmoids at the end."""
    chain.begin()
    chain.node("AveragePool", kernel_shape=[4, 4], strides=[4, 4])
    chain.node("Transpose", perm=[0, 2, 3, 1])
    chain.node("GreaterOrEqual", chain.constant(0.25))
    chain.node("Cast", to=TensorProto.FLOAT)
    for op in ("Less", "Greater", "LessOrEqual"):
        chain.node(op, chain.constant(0.5))
        chain.node("Cast", to=TensorProto.FLOAT)
    chain.end(36, "Sigmoid")
    return share(chain)


def share(chain: Chain) -> Chain:
    """Divide by the sum, at least a small number."""
    before = chain.at
    chain.node("ReduceSum", chain.constant([1], np.int64), keepdims=1)
    chain.node("Max", chain.constant(1e-30))
    total, chain.at = chain.at, before
    chain.node("Div", total)
    return chain


def tempered(chain: Chain) -> Chain:
    """A temperature before the softmax, and a shift before the first layer, which is no scaling of the images."""
    chain.begin()
    chain.node("Sub", chain.constant(0.13))
    chain.conv(1, 2, 5)
    chain.node("Flatten")
    chain.node("MatMul", chain.constant(chain.drawn(800, 3)))
    chain.node("Mul", chain.constant(1.35))
    chain.node("Softmax")
    return chain


def branches(chain: Chain) -> Chain:
    """A residual connection, maps beside maps, two outputs of one node."""
    first = chain.begin().conv(1, 4, 3, pads=[1, 1, 1, 1])
    chain.conv(4, 4, 3, pads=[1, 1, 1, 1])
    chain.node("Add", first)
    chain.node("Concat", first, axis=1)
    chain.node("Split", outputs=2, axis=1)
    chain.node("Mul", chain.nodes[-1].output[1])
    chain.node("MaxPool", kernel_shape=[4, 4], strides=[4, 4])
    return chain.end(4 * 6 * 6)


EXPLAINED: dict[Callable[[Chain], Chain], tuple[str, ...]] = {
    valid: ("Conv2D", "Flatten", "Dense", "Softmax"),
    padded: ("Conv2D",),
    upper: ("Conv2D",),
    sparse: ("Conv2D",),
    grouped: ("Conv2D", "DepthwiseConv2D"),
    bias_apart: ("Conv2D",),
    no_bias: ("Conv2D", "Rescaling"),
    normalised: ("Conv2D", "BatchNormalization", "ReLU"),
    rescaled: ("Conv2D", "Rescaling", "ReLU"),
    pools: ("MaxPooling2D", "AveragePooling2D"),
    means: ("AveragePooling2D",),
    both: ("Dense",),
    global_mean: ("GlobalAveragePooling2D",),
    reduced_maps: ("GlobalAveragePooling2D",),
    reduced_rows: ("GlobalMaxPooling2D",),
    global_maximum: ("GlobalMaxPooling2D", "Conv2D"),
    gemm: ("Dense", "Tanh"),
    maps_flattened: ("Sigmoid", "Dense", "ReLU"),
    bits: ("AveragePooling2D", "Threshold", "Sigmoid", "Share"),
    tempered: ("Rescaling",),
    branches: ("Conv2D", "MaxPooling2D"),
}
"""Each graph, and the kinds of layers that are computed by hand in it at least."""

SHOWN_ONLY = {no_bias: {"Add"}, both: {"AveragePool"}, branches: {"Add", "Concat", "Split", "Mul"}, global_maximum: {"Reshape"}}
"""Kinds of layers that are shown by their results alone."""


def explain(path: Path) -> Explainer:
    """The explainer of a file."""
    return Explainer(path.read_bytes(), Predictor(path), path.parent)


@pytest.mark.parametrize("make", EXPLAINED, ids=lambda make: make.__name__)
def test_every_layer_can_be_computed_by_hand(make: Callable[[Chain], Chain], tmp_path: Path):
    """From the pixels of the crop to the probabilities, which are those of the runtime."""
    explainer = explain(make(Chain()).write(tmp_path / "chain.onnx"))
    for crop in CROPS:
        made = explainer.activations(crop)
        done = check(explainer.layers, made, crop)
        answer = explainer.predictor.session.run(["probabilities"], {"images": crop[None, ..., None]})[0][0]
        np.testing.assert_allclose(made[-1], answer, atol=1e-6)
    assert set(EXPLAINED[make]) <= done
    kinds = {layer.kind for layer in explainer.layers}
    assert kinds - done == SHOWN_ONLY.get(make, set())
    names = [layer.name for layer in explainer.layers]
    assert len(set(names)) == len(names)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_convolution_and_pooling_can_be_computed_by_hand(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    """Whatever their windows, strides and padding."""
    chain = Chain(data.draw(st.integers(0, 99))).begin()
    channels, sides = 1, [24, 24]
    for _ in range(data.draw(st.integers(1, 3))):
        window = [data.draw(st.integers(1, min(5, side))) for side in sides]
        strides = [data.draw(st.integers(1, 3)) for _ in sides]
        pads = [data.draw(st.integers(0, window[axis % 2] - 1)) for axis in range(4)]
        attributes = {"kernel_shape": window, "strides": strides, "pads": pads}
        op = data.draw(st.sampled_from(["Conv", "MaxPool", "AveragePool"]))
        if op == "Conv":
            weights = chain.constant(chain.drawn(made := data.draw(st.integers(1, 3)), channels, *window))
            chain.node("Conv", weights, **attributes)
            channels = made
        else:
            chain.node(op, **attributes)
        sides = [(side + pads[axis] + pads[axis + 2] - window[axis]) // strides[axis] + 1 for axis, side in enumerate(sides)]
    explainer = explain(chain.end(channels * sides[0] * sides[1]).write(tmp_path_factory.mktemp("any") / "chain.onnx"))
    made = explainer.activations(CROPS[0])
    assert {layer.kind for layer in explainer.layers} == check(explainer.layers, made, CROPS[0])
