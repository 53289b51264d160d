"""Small ONNX models with random weights, with layers that the shipped model doesn't have."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from inkling.models.model_card import CARD_KEY
from tests.support.fake_model import CROP, fake_card, graph_layer

LABELS = list("XO+")
UNKNOWN = "HardSigmoid"
"""A kind of layer that the page can't explain."""


def write_pooling_model(path: Path) -> None:
    """Convolution with zero padding, ReLU, max pooling, an unknown operation, average pooling, dense, softmax."""
    arrays = {
        "scale": np.float32(1 / 255),
        "pattern": _random(4, 1, 3, 3),
        "pattern_bias": _random(4),
        "weights": _random(16, len(LABELS)),
    }
    nodes = [
        helper.make_node("Cast", ["images"], ["cast"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["cast", "scale"], ["scaled"]),
        helper.make_node("Transpose", ["scaled"], ["mapped"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["mapped", "pattern", "pattern_bias"], ["convolved"], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("Relu", ["convolved"], ["rectified"]),
        helper.make_node("MaxPool", ["rectified"], ["maxima"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node(UNKNOWN, ["maxima"], ["hard"]),
        helper.make_node("AveragePool", ["hard"], ["means"], kernel_shape=[3, 3], strides=[3, 3]),
        helper.make_node("Flatten", ["means"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1),
    ]
    conv = {"output": "convolved", "kernel": "pattern", "bias": "pattern_bias"}
    layers = [
        graph_layer("crops", "InputLayer", [], [CROP, CROP, 1], {"output": "mapped"}),
        graph_layer(
            "conv", "Conv2D", ["crops"], [12, 12, 4], conv, window=[3, 3], strides=[2, 2], padding=[1, 1, 1, 1], parameters=40
        ),
        graph_layer("relu", "ReLU", ["conv"], [12, 12, 4], {"output": "rectified"}),
        _pooling("max_pool", "MaxPooling2D", "relu", [6, 6, 4], "maxima", 2),
        graph_layer("hard", UNKNOWN, ["max_pool"], [6, 6, 4], {"output": "hard"}),
        _pooling("average_pool", "AveragePooling2D", "hard", [2, 2, 4], "means", 3),
        graph_layer("flatten", "Flatten", ["average_pool"], [16], {"output": "flat"}),
        graph_layer("dense", "Dense", ["flatten"], [3], {"output": "logits", "kernel": "weights"}, parameters=48),
        graph_layer("softmax", "Softmax", ["dense"], [3], {"output": "probabilities"}),
    ]
    _write(path, nodes, arrays, layers)


def write_perceptron_model(path: Path) -> None:
    """A bitmap of 6×6, four neurons with a sigmoid, and one neuron per label."""
    arrays = {
        "shape": np.array([-1, CROP * CROP // 16]),
        "half": np.float32(40),
        "first": _random(36, 4),
        "first_bias": _random(4),
        "second": _random(4, len(LABELS)),
    }
    nodes = [
        helper.make_node("Cast", ["images"], ["cast"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["cast"], ["mapped"], perm=[0, 3, 1, 2]),
        helper.make_node("AveragePool", ["mapped"], ["means"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("GreaterOrEqual", ["means", "half"], ["inked"]),
        helper.make_node("Cast", ["inked"], ["bitmap"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["bitmap", "shape"], ["bits"]),
        helper.make_node("Gemm", ["bits", "first", "first_bias"], ["sums"]),
        helper.make_node("Sigmoid", ["sums"], ["hidden"]),
        helper.make_node("MatMul", ["hidden", "second"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1),
    ]
    first = {"output": "sums", "kernel": "first", "bias": "first_bias"}
    layers = [
        graph_layer("crops", "InputLayer", [], [CROP, CROP, 1], {"output": "mapped"}),
        _pooling("average_pool", "AveragePooling2D", "crops", [6, 6, 1], "means", 4),
        graph_layer(
            "threshold", "Threshold", ["average_pool"], [6, 6, 1], {"output": "bitmap"}, comparison=">=", threshold=40.0
        ),
        graph_layer("flatten", "Flatten", ["threshold"], [36], {"output": "bits"}),
        graph_layer("hidden", "Dense", ["flatten"], [4], first, parameters=148),
        graph_layer("hidden_sigmoid", "Sigmoid", ["hidden"], [4], {"output": "hidden"}),
        graph_layer("outputs", "Dense", ["hidden_sigmoid"], [3], {"output": "logits", "kernel": "second"}, parameters=12),
        graph_layer("softmax", "Softmax", ["outputs"], [3], {"output": "probabilities"}),
    ]
    _write(path, nodes, arrays, layers)


def _pooling(name: str, kind: str, source: str, shape: list[int], output: str, side: int) -> dict:
    sides = [side, side]
    return graph_layer(name, kind, [source], shape, {"output": output}, window=sides, strides=sides, padding=[0, 0, 0, 0])


def _random(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).normal(0, 1, shape).astype(np.float32)


def _write(path: Path, nodes: list, arrays: dict[str, np.ndarray], layers: list[dict]) -> None:
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", CROP, CROP, 1])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", len(LABELS)])],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {CARD_KEY: json.dumps(fake_card(LABELS, path.stem, graph_layers=layers))})
    onnx.save(model, path)
