"""Odd graphs: whatever else a model is made of, it is shown, and never fails."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.external_data_helper import convert_model_to_external_data

from tests.unit.inkling.explain.by_hand import check
from tests.unit.inkling.explain.graphs import LABELS, Chain
from tests.unit.inkling.explain.test_layers import CROPS, explain


def constants_as_nodes(chain: Chain) -> Chain:
    """Weights as results of nodes that depend on no pixel."""
    chain.begin().conv(1, 2, 5)
    chain.node("Flatten")
    for number, shape in enumerate([(800, 3), (3, 3)]):
        tensor = numpy_helper.from_array(chain.drawn(*shape))
        chain.nodes.append(helper.make_node("Constant", [], [f"held {number}"], value=tensor))
        chain.nodes.append(helper.make_node("Neg", [f"held {number}"], [f"weights {number}"]))
        chain.node("MatMul", f"weights {number}")
    chain.node("Softmax")
    return chain


def whole_numbers(chain: Chain) -> Chain:
    """Weights as whole numbers with a scale, and images that stay whole numbers for a while: their division rounds."""
    chain.node("Cast", to=TensorProto.INT32)
    chain.node("Div", chain.constant(2, np.int32))
    chain.node("Cast", to=TensorProto.FLOAT)
    chain.node("Flatten")
    held = chain.constant(chain.rng.integers(-100, 100, (576, 3)), np.int8)
    scale = chain.constant(1e-5)
    chain.nodes.append(helper.make_node("DequantizeLinear", [held, scale], ["weights"]))
    chain.node("MatMul", "weights")
    chain.node("Softmax")
    return chain


def half_precision(chain: Chain) -> Chain:
    """Computed with 16 bits; numpy knows one of the two types only."""
    chain.begin()
    chain.node("Cast", to=TensorProto.FLOAT16)
    chain.node("Flatten")
    chain.node("MatMul", chain.constant(chain.drawn(576, 3), np.float16))
    chain.node("Cast", to=TensorProto.FLOAT)
    chain.node("Cast", to=TensorProto.BFLOAT16)
    chain.node("Cast", to=TensorProto.FLOAT)
    chain.node("Softmax")
    return chain


def another_type(chain: Chain) -> Chain:
    """A value of a type that numpy does not know, between the layers."""
    chain.begin().conv(1, 2, 5)
    chain.node("Cast", to=TensorProto.BFLOAT16)
    chain.node("Cast", to=TensorProto.FLOAT)
    return chain.end(800)


def sequences(chain: Chain) -> Chain:
    """A list of values."""
    chain.begin().conv(1, 4, 5)
    chain.node("SplitToSequence", chain.constant([2, 2], np.int64), axis=1)
    chain.node("ConcatFromSequence", axis=1)
    return chain.end(1600)


def a_branch(chain: Chain) -> Chain:
    """A node with graphs inside, which read a value without naming it as an input."""
    before = chain.begin().conv(1, 1, 5)
    graphs = [
        helper.make_graph(
            [helper.make_node(op, [before], ["inner"])], op, [], [helper.make_tensor_value_info("inner", 1, None)]
        )
        for op in ("Relu", "Neg")
    ]
    condition = chain.constant(True, np.bool_)
    chain.nodes.append(helper.make_node("If", [condition], ["chosen"], then_branch=graphs[0], else_branch=graphs[1]))
    chain.at = "chosen"
    return chain.end(400)


def other_operations(chain: Chain) -> Chain:
    """Padding, normalisation, error functions: known by their names alone."""
    chain.begin()
    chain.node("Pad", chain.constant([0, 0, 1, 1, 0, 0, 1, 1], np.int64), mode="reflect")
    chain.conv(1, 3, 3)
    chain.node("InstanceNormalization", chain.constant(np.ones(3)), chain.constant(np.zeros(3)))
    chain.node("Erf")
    chain.node("HardSwish")
    chain.node("LRN", size=3)
    chain.node("Mul", chain.at)
    return chain.end(3 * 24 * 24)


def attention(chain: Chain) -> Chain:
    """Rows of the crop that look at each other."""
    chain.begin(maps=False)
    rows = chain.node("Squeeze", chain.constant([3], np.int64))
    turned = chain.node("Transpose", perm=[0, 2, 1])
    chain.at = rows
    chain.node("MatMul", turned)
    chain.node("Softmax", axis=-1)
    chain.node("MatMul", rows)
    chain.node("MatMul", chain.constant(chain.drawn(24, 2)))
    chain.node("ReduceMean", axes=[1], keepdims=0)
    return chain.end(2)


def shuffled(chain: Chain) -> Chain:
    """Features that are maps again, and the batch that is no first axis for a while."""
    chain.begin()
    chain.node("Flatten")
    chain.node("MatMul", chain.constant(chain.drawn(576, 32)))
    chain.node("Reshape", chain.constant([-1, 2, 4, 4], np.int64))
    chain.conv(2, 3, 3)
    chain.node("Transpose", perm=[1, 0, 2, 3])
    chain.node("Relu")
    chain.node("Transpose", perm=[1, 2, 3, 0])
    return chain.end(12)


def one_by_one(chain: Chain) -> Chain:
    """Answers as a map of 1×1, without a dense layer."""
    chain.begin().conv(1, 3, 24)
    chain.node("Softmax", axis=1)
    chain.node("Squeeze", chain.constant([2, 3], np.int64))
    return chain


def swapped(chain: Chain) -> Chain:
    """Answers as features of two axes, told in another order than shown."""
    chain.begin()
    chain.node("Flatten")
    chain.node("MatMul", chain.constant(chain.drawn(576, 3)))
    chain.node("Softmax")
    chain.node("Reshape", chain.constant([-1, 3, 1], np.int64))
    chain.node("Transpose", perm=[0, 2, 1])
    chain.node("Reshape", chain.constant([-1, 3], np.int64))
    return chain


def nothing(chain: Chain) -> Chain:
    """An answer that no pixel changes."""
    chain.node("Shape", end=1)
    chain.node("Concat", chain.constant([3], np.int64), axis=0)
    chain.node("ConstantOfShape", value=numpy_helper.from_array(np.array([1 / 3], np.float32)))
    return chain


ODD = {
    constants_as_nodes: {"Conv2D", "Dense"},
    whole_numbers: {"Div", "Dense"},
    half_precision: {"Dense"},
    another_type: {"Conv2D", "Dense"},
    sequences: {"Conv2D", "ConcatFromSequence", "Dense"},
    a_branch: {"Conv2D", "If", "Dense"},
    other_operations: {"Pad", "Conv2D", "InstanceNormalization", "Erf", "HardSwish", "LRN", "Mul", "Dense"},
    attention: {"MatMul", "AxisSoftmax", "ReduceMean", "Dense", "Softmax"},
    shuffled: {"Dense", "Reshape", "Conv2D"},
    one_by_one: {"Conv2D", "Softmax"},
    swapped: {"Dense", "Softmax"},
    nothing: {"Constant"},
}
"""Each graph, and kinds of layers that are shown."""

ROUGH = (half_precision, whole_numbers)
"""Where the runtime computes otherwise as long as nobody wants to see every value: it fuses what whole numbers allow."""


@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__)
def test_odd_graphs_are_shown(make: Callable[[Chain], Chain], tmp_path: Path):
    """With what can be computed by hand right, and the answer at the end, label by label."""
    explainer = explain(make(Chain()).write(tmp_path / "odd.onnx"))
    for crop in CROPS:
        made = explainer.activations(crop)
        kinds = {"Conv2D", "Dense", "Flatten"} & {layer.kind for layer in explainer.layers}
        if make is not half_precision:
            assert kinds <= check(explainer.layers, made, crop)
        answer = explainer.predictor.session.run(["probabilities"], {"images": crop[None, ..., None]})[0][0]
        assert made[-1].shape == (len(LABELS),)
        np.testing.assert_allclose(made[-1], answer, atol=1e-3 if make in ROUGH else 1e-6)
    assert {layer.kind for layer in explainer.layers} >= ODD[make]


def test_every_operation_of_one_input_is_shown(tmp_path: Path):
    """Whatever it is called, as long as the runtime has it."""
    for op in ("Abs", "Ceil", "Cos", "Elu", "Exp", "Gelu", "HardSigmoid", "LeakyRelu", "LogSoftmax", "Mish", "Selu", "Sign"):
        chain = Chain().begin()
        chain.conv(1, 2, 5, strides=[4, 4])
        chain.node(op)
        model = chain.end(50).model()
        del model.opset_import[:]
        model.opset_import.append(helper.make_opsetid("", 20))
        (tmp_path / "one.onnx").write_bytes(model.SerializeToString())
        explainer = explain(tmp_path / "one.onnx")
        shown = {layer.kind.lower(): layer for layer in explainer.layers}[op.lower()]
        assert shown.shape == (5, 5, 2)
        assert "Conv2D" in check(explainer.layers, explainer.activations(CROPS[0]), CROPS[0])


def test_weights_may_lie_in_a_file_beside(tmp_path: Path):
    """As ONNX keeps large ones."""
    model = Chain().begin().end(576).model()
    convert_model_to_external_data(model, location="beside.bin", size_threshold=0)
    onnx.save(model, tmp_path / "large.onnx")
    assert (tmp_path / "beside.bin").stat().st_size > 1_000
    explainer = explain(tmp_path / "large.onnx")
    assert "Dense" in check(explainer.layers, explainer.activations(CROPS[0]), CROPS[0])


def test_what_leads_nowhere_is_not_shown(tmp_path: Path):
    """A layer on which the answer does not depend is none of the network's."""
    chain = Chain().begin()
    scaled = chain.at
    chain.node("Exp")
    chain.at = scaled
    chain.end(576)
    explainer = explain(chain.write(tmp_path / "dead.onnx"))
    assert [layer.kind for layer in explainer.layers] == ["InputLayer", "Flatten", "Dense", "Softmax"]
    check(explainer.layers, explainer.activations(CROPS[0]), CROPS[0])


def test_an_explainer_reads_what_the_runtime_loads(tmp_path: Path):
    """A message that is appended to a model is a part of it, for the runtime and for the reader."""
    path = Chain().begin().end(576).write(tmp_path / "chain.onnx")
    more = onnx.ModelProto()
    more.graph.node.append(helper.make_node("Exp", ["probabilities"], ["more"]))
    path.write_bytes(path.read_bytes() + more.SerializeToString())
    explainer = explain(path)
    assert explainer.layers[-1].kind == "Softmax"
