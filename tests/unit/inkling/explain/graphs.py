"""Graphs: small models of every make, as files."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from inkling.models.model_card import CARD_KEY
from tests.support.fake_model import CROP, fake_card

LABELS = ["yes", "no", "half a word"]


class Chain:
    """A graph, node after node. `at` is the value that the next node reads."""

    def __init__(self, seed: int = 0):
        self.rng = np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.at = "images"

    def constant(self, values: object, kind: type = np.float32) -> str:
        """A constant of the graph."""
        name = f"constant {len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def drawn(self, *shape: int) -> np.ndarray:
        """Weights of a size at which nothing saturates."""
        return self.rng.normal(0, 1 / np.sqrt(max(1, np.prod(shape[1:]))), shape).astype(np.float32)

    def node(self, op: str, *inputs: str, outputs: int = 1, **attributes: object) -> str:
        """Add a node; it reads `at`, and what else is named. Its first output becomes `at`."""
        names = [f"{op} {len(self.nodes)} {number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(op, [self.at, *inputs], names, **attributes))
        self.at = names[0]
        return self.at

    def begin(self, maps: bool = True) -> "Chain":
        """From 0..255 to 0..1; as (channels, height, width), or as they came."""
        self.node("Cast", to=TensorProto.FLOAT)
        self.node("Div", self.constant(255))
        if maps:
            self.node("Transpose", perm=[0, 3, 1, 2])
        return self

    def conv(self, given: int, made: int, side: int = 3, bias: bool = True, **attributes: object) -> str:
        """A convolution; `given` are the channels of a group."""
        inputs = [self.constant(self.drawn(made, given, side, side))]
        return self.node("Conv", *inputs, *([self.constant(self.drawn(made))] if bias else []), **attributes)

    def end(self, features: int, by: str = "Softmax") -> "Chain":
        """Flatten, dense and softmax."""
        self.node("Flatten")
        self.node("MatMul", self.constant(self.drawn(features, len(LABELS))))
        self.node("Add", self.constant(self.drawn(len(LABELS))))
        self.node(by)
        return self

    def model(self, layers: list[dict] | None = None) -> onnx.ModelProto:
        """The model, whose last value are the probabilities."""
        self.nodes.append(helper.make_node("Identity", [self.at], ["probabilities"]))
        graph = helper.make_graph(
            self.nodes,
            "chain",
            [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", CROP, CROP, 1])],
            [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", len(LABELS)])],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        card = fake_card(LABELS, "chain", layers=layers or [])
        helper.set_model_props(model, {CARD_KEY: json.dumps(card)})
        return model

    def write(self, path: Path, layers: list[dict] | None = None) -> Path:
        """The model as a file, checked."""
        model = self.model(layers)
        onnx.checker.check_model(model, full_check=True)
        path.write_bytes(model.SerializeToString())
        return path
