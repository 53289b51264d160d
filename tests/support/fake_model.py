"""A model for tests: a small ONNX graph with a card, created in milliseconds, that predicts by the position of the ink."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from inkling.imaging.normalization import NORMALIZATION_VERSION
from inkling.models.line_network import LINE_NETWORK_KEY, OTHER, SYMBOLS_KEY
from inkling.models.model_card import CARD_KEY

CROP = 24


def fake_card(labels: list[str], name: str = "fake", **changes) -> dict:
    """A valid card, with some fields changed."""
    card = {
        "card": 1,
        "name": name,
        "created": "2026-01-01T00:00:00+00:00",
        "labels": labels,
        "image": {"height": 28, "width": 28, "normalization": NORMALIZATION_VERSION},
        "crop": {"size": CROP, "offsets": [[1, 1], [1, 3], [3, 1], [3, 3]]},
        "layers": [{"name": "dense", "kind": "Dense", "output_shape": [len(labels)], "parameters": 0}],
        "graph_layers": graph_layers(len(labels)),
        "training": {"recipe": "fake", "seed": 0},
        "report": {"accuracy": 0.5, "one_crop": {"accuracy": 0.5}, "data": {"name": "none", "n": 2}},
        "known": {"threshold": 0.5, "how": "set by hand"},
    }
    return card | changes


def graph_layers(outputs: int) -> list[dict]:
    """The layers of the model that `write_fake_model` writes."""
    dense = {"output": "logits", "kernel": "weights"}
    return [
        graph_layer("crops", "InputLayer", [], [CROP, CROP, 1], {"output": "pixels"}),
        graph_layer("flatten", "Flatten", ["crops"], [CROP * CROP], {"output": "flat"}),
        graph_layer("dense", "Dense", ["flatten"], [outputs], dense, parameters=CROP * CROP * outputs),
        graph_layer("softmax", "Softmax", ["dense"], [outputs], {"output": "probabilities"}),
    ]


def graph_layer(name: str, kind: str, inputs: list[str], shape: list[int], tensors: dict[str, str], **fields) -> dict:
    """A row of a card's `graph_layers`."""
    row = {"name": name, "kind": kind, "inputs": inputs, "output_shape": shape, "parameters": 0, "multiply_adds": 0}
    return row | {"tensors": tensors} | fields


def write_fake_model(
    path: Path,
    labels: list[str] | None = None,
    card: dict | str | None = None,
    outputs: int | None = None,
    line_network: str | None = None,
) -> Path:
    """Write a linear model: uint8 (N, 24, 24, 1) -> softmax of a fixed random projection.

    card: a dict, the text of the metadata entry, None for a valid card, or "" for none. line_network: the text of its entry.
    """
    labels = labels or [str(digit) for digit in range(10)]
    outputs = outputs or len(labels)
    weights = np.random.default_rng(0).normal(0, 0.002, (CROP * CROP, outputs)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["images"], ["pixels"], to=TensorProto.FLOAT),
            helper.make_node("Flatten", ["pixels"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1),
        ],
        "fake",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", CROP, CROP, 1])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", outputs])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    card = fake_card(labels, path.stem) if card is None else card
    metadata = {} if card == "" else {CARD_KEY: card if isinstance(card, str) else json.dumps(card)}
    if line_network is not None:
        metadata[LINE_NETWORK_KEY] = line_network
    helper.set_model_props(model, metadata)
    onnx.save(model, path)
    return path


def fake_line_network(labels: list[str], classes: int | None = None, height: int = 28) -> bytes:
    """A line network of one layer: the classes of each column depend on its mean."""
    classes = classes or len(labels) + 2
    weights = np.random.default_rng(0).normal(0, 0.01, (1, classes)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["lines"], ["pixels"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMean", ["pixels"], ["columns"], axes=[1], keepdims=0),
            helper.make_node("MatMul", ["columns", "weights"], ["logits"]),
            helper.make_node("LogSoftmax", ["logits"], ["log_probabilities"], axis=-1),
        ],
        "lines",
        [helper.make_tensor_value_info("lines", TensorProto.UINT8, ["N", height, "W", 1])],
        [helper.make_tensor_value_info("log_probabilities", TensorProto.FLOAT, ["N", "T", classes])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {SYMBOLS_KEY: json.dumps([*labels, OTHER])})
    return model.SerializeToString()
