"""Ops: what single operations of ONNX are as layers, and what is needed to compute each by hand.

Each function is given a node, its constant inputs by position, and the shapes of what goes in and comes out, without the
batch. It gives a Step, or None where the node is of a form that is not known; such a node is shown with its results alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from inkling.explain.graph import Node

Shape = tuple[int, ...]
Constants = dict[int, np.ndarray]

ACTIVATIONS = {
    "Relu": "ReLU",
    "LeakyRelu": "LeakyReLU",
    "Elu": "ELU",
    "Selu": "SELU",
    "PRelu": "PReLU",
    "HardSwish": "HardSwish",
    "Softplus": "Softplus",
}
"""Names of Keras for operations that ONNX calls otherwise; all others are called as in ONNX."""

COMPARISONS = {"GreaterOrEqual": ">=", "Greater": ">", "LessOrEqual": "<=", "Less": "<"}


@dataclass
class Step:
    """A layer but for where it stands. needs_maps: whether it reads (channels, height, width)."""

    kind: str
    facts: dict[str, Any] = field(default_factory=dict)
    kernel: np.ndarray | None = None
    bias: np.ndarray | None = None
    multiply_adds: int = 0
    needs_maps: bool = False


def conv(node: Node, constants: Constants, given: Shape, made: Shape) -> Step | None:
    """Conv of two dimensions: kernel (out, in / groups, height, width) -> (height, width, in / groups, out)."""
    kernel = constants.get(1)
    if kernel is None or kernel.ndim != 4 or len(given) != 3 or (len(node.inputs) > 2 and 2 not in constants):
        return None
    groups = node.attributes.get("group", 1)
    window = kernel.shape[2:]
    facts = _sliding(node, window, given, made)
    if groups != 1:
        facts["groups"] = groups
    kernel = kernel.transpose(2, 3, 1, 0)
    kind = "DepthwiseConv2D" if groups == given[0] > 1 else "Conv2D"
    multiply_adds = int(np.prod(kernel.shape)) * made[1] * made[2]
    return Step(kind, facts, kernel, constants.get(2), multiply_adds, needs_maps=True)


def pool(node: Node, _: Constants, given: Shape, made: Shape) -> Step | None:
    """MaxPool and AveragePool of two dimensions. Padding is never the largest; in a mean it counts only where told."""
    window = node.attributes.get("kernel_shape", [])
    counted = bool(node.attributes.get("count_include_pad", 0))
    if len(window) != 2 or len(given) != 3 or (counted and node.attributes.get("ceil_mode", 0)):
        return None
    facts = _sliding(node, tuple(window), given, made)
    if node.op == "MaxPool":
        return Step("MaxPooling2D", facts, needs_maps=True)
    if counted and any(facts["padding"]):
        facts["padding_counts"] = True
    return Step("AveragePooling2D", facts, needs_maps=True)


def dense(node: Node, constants: Constants, given: Shape, made: Shape) -> Step | None:
    """MatMul or Gemm of features with a constant kernel, brought to input @ kernel + bias."""
    kernel, attributes = constants.get(1), node.attributes
    if kernel is None or kernel.ndim != 2 or len(given) != 1 or len(made) != 1 or attributes.get("transA", 0):
        return None
    bias = constants.get(2)
    if node.op == "Gemm":
        kernel = (kernel.T if attributes.get("transB", 0) else kernel) * attributes.get("alpha", 1.0)
        if len(node.inputs) > 2 and node.inputs[2] and bias is None:
            return None
        bias = None if bias is None else np.broadcast_to(bias * attributes.get("beta", 1.0), (1, *made))[0]
    if kernel.shape != (*given, *made):
        return None
    return Step("Dense", {}, kernel, bias, kernel.size)


def normalisation(node: Node, constants: Constants, given: Shape, _: Shape) -> Step | None:
    """BatchNormalization as it is when answering: a scale and an offset a channel."""
    if not {1, 2, 3, 4} <= constants.keys() or not given:
        return None
    gamma, beta, mean, variance = (constants[position].astype(np.float64) for position in (1, 2, 3, 4))
    scale = gamma / np.sqrt(variance + node.attributes.get("epsilon", 1e-5))
    return Step("BatchNormalization", {"scale": scale, "offset": beta - mean * scale}, multiply_adds=int(np.prod(given)))


def comparison(node: Node, constants: Constants, _: Shape, __: Shape) -> Step | None:
    """A comparison with one number: 1 where it holds, else 0."""
    if 1 not in constants or constants[1].size != 1:
        return None
    return Step("Threshold", {"comparison": COMPARISONS[node.op], "threshold": constants[1].item()})


def softmax(node: Node, _: Constants, given: Shape, __: Shape) -> Step:
    """Softmax: of all that there is, or along one axis of more."""
    axis = node.attributes.get("axis", -1) % (len(given) + 1) - 1
    return Step("Softmax" if axis >= 0 and given[axis] == np.prod(given) else "AxisSoftmax")


STEPS: dict[str, Callable[[Node, Constants, Shape, Shape], Step | None]] = {
    "Conv": conv,
    "MaxPool": pool,
    "AveragePool": pool,
    "MatMul": dense,
    "Gemm": dense,
    "BatchNormalization": normalisation,
    "Softmax": softmax,
    **dict.fromkeys(COMPARISONS, comparison),
}


def affine(node: Node, constants: Constants) -> tuple[np.ndarray, np.ndarray] | None:
    """Add, Sub, Mul or Div of a value and a constant, as value * scale + offset; None where it is none."""
    if len(node.inputs) != 2 or len(constants) != 1 or node.op not in ("Add", "Sub", "Mul", "Div"):
        return None
    ((position, constant),) = constants.items()
    constant = constant.astype(np.float64)
    if node.op == "Add":
        return np.ones(1), constant
    if node.op == "Sub":
        return (np.ones(1), -constant) if position == 1 else (-np.ones(1), constant)
    if node.op == "Mul":
        return constant, np.zeros(1)
    return (1 / constant, np.zeros(1)) if position == 1 else None


def _sliding(node: Node, window: Shape, given: Shape, made: Shape) -> dict[str, Any]:
    """window, strides and padding as [top, left, bottom, right]; the last two so that every window lies inside."""
    strides = node.attributes.get("strides", [1, 1])
    dilations = node.attributes.get("dilations", [1, 1])
    before = node.attributes.get("pads", [0, 0, 0, 0])[:2]
    missing = [
        (made[axis + 1] - 1) * strides[axis] + (window[axis] - 1) * dilations[axis] + 1 - given[axis + 1] for axis in (0, 1)
    ]
    side = node.attributes.get("auto_pad", "NOTSET")
    if side in ("SAME_UPPER", "SAME_LOWER"):
        both = [max(0, lacking) for lacking in missing]
        before = [lacking // 2 if side == "SAME_UPPER" else lacking - lacking // 2 for lacking in both]
    after = [max(0, lacking - first) for lacking, first in zip(missing, before, strict=True)]
    facts = {"window": list(window), "strides": list(strides), "padding": [*before, *after]}
    return facts | ({"dilations": list(dilations)} if dilations != [1, 1] else {})
