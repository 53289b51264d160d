"""Models to look into: small graphs of ONNX with weights drawn by chance, each of layers that the others lack."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from inkling.models.model_card import CARD_KEY
from tests.support.fake_model import CROP, fake_card

LABELS = list("XO+")
UNKNOWN = "HardSigmoid"
"""An operation that no page has words for."""


def write_pooling_model(path: Path) -> None:
    """Convolution with zeros beyond the border, ReLU, max pooling, an unusual bend, the mean of each map, dense."""
    given = {
        "scale": np.float32(1 / 255),
        "pattern": _chance(4, 1, 3, 3),
        "pattern_bias": _chance(4),
        "weights": _chance(4, len(LABELS)),
    }
    nodes = [
        helper.make_node("Cast", ["images"], ["cast"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["cast", "scale"], ["scaled"]),
        helper.make_node("Transpose", ["scaled"], ["mapped"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["mapped", "pattern", "pattern_bias"], ["convolved"], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("Relu", ["convolved"], ["rectified"]),
        helper.make_node("MaxPool", ["rectified"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node(UNKNOWN, ["pooled"], ["bent"]),
        helper.make_node("GlobalAveragePool", ["bent"], ["means"]),
        helper.make_node("Flatten", ["means"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1),
    ]
    _write(path, nodes, given)


def write_perceptron_model(path: Path) -> None:
    """A bitmap of 6 by 6, four neurons with a sigmoid, a neuron a label."""
    given = {
        "shape": np.array([-1, CROP * CROP // 16]),
        "half": np.float32(40),
        "first": _chance(36, 4),
        "first_bias": _chance(4),
        "second": _chance(4, len(LABELS)),
    }
    nodes = [
        helper.make_node("Cast", ["images"], ["cast"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["cast"], ["mapped"], perm=[0, 3, 1, 2]),
        helper.make_node("AveragePool", ["mapped"], ["shares"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("GreaterOrEqual", ["shares", "half"], ["inked"]),
        helper.make_node("Cast", ["inked"], ["bitmap"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["bitmap", "shape"], ["bits"]),
        helper.make_node("Gemm", ["bits", "first", "first_bias"], ["hidden"]),
        helper.make_node("Sigmoid", ["hidden"], ["answers"]),
        helper.make_node("MatMul", ["answers", "second"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1),
    ]
    _write(path, nodes, given)


def _chance(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).normal(0, 1, shape).astype(np.float32)


def _write(path: Path, nodes: list, given: dict[str, np.ndarray]) -> None:
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", CROP, CROP, 1])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", len(LABELS)])],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in given.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {CARD_KEY: json.dumps(fake_card(LABELS, path.stem))})
    onnx.save(model, path)
