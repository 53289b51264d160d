"""The layers of an exported graph, with the names of the tensors that hold their outputs and weights, for the model card.

A network is a chain, so its layers and the graph's main operations are in the same order. A batch normalization has none of its
own: the converter merges it into the weights of the convolution before it.
"""

import math
from typing import TYPE_CHECKING, Any

from trainer.errors import ExportFailed
from trainer.networks.bitmap import FIT_PERCENT
from trainer.networks.layer_table import layer_table

if TYPE_CHECKING:
    import keras
    import onnx

OPERATIONS = {
    "Conv2D": "Conv",
    "MaxPooling2D": "MaxPool",
    "Threshold": "GreaterOrEqual",
    "Dense": "MatMul",
    "ReLU": "Relu",
    "Sigmoid": "Sigmoid",
}
"""Kind of layer -> ONNX operation."""

ACTIVATIONS = {"relu": "ReLU", "sigmoid": "Sigmoid"}
"""An activation within a Keras layer -> the kind of layer that it is in the graph."""


def describe_graph_layers(model: "onnx.ModelProto", network: "keras.Model") -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return one row per layer of the graph in the order of computation, and which Keras layer has the same output.

    See docs/model-card.md for the fields of a row. The Keras layers are by the names of the graph's layers; a layer that only
    the graph has, such as a convolution before its activation, is missing there. Raises ExportFailed if the operations of the
    graph are not those of the network.
    """
    reader = _GraphReader(model.graph)
    reader.read(network)
    return reader.layers, reader.keras_layers


class _GraphReader:
    def __init__(self, graph: "onnx.GraphProto"):
        self.nodes = [node for node in graph.node if node.op_type in OPERATIONS.values()]
        self.users = {name: node for node in reversed(graph.node) for name in node.input}
        self.producers = {name: node for node in graph.node for name in node.output}
        self.weights = {tensor.name: tensor for tensor in graph.initializer}
        self.layers: list[dict[str, Any]] = []
        self.keras_layers: dict[str, str] = {}

    def read(self, network: "keras.Model") -> None:
        for row, layer in zip(layer_table(network), network.layers, strict=True):
            self._read_layer(row, layer)
            self.keras_layers[self.layers[-1]["name"]] = row["name"]
        self._add_probabilities()
        if self.nodes:
            raise ExportFailed(f"The converted graph has an unexpected operation {self.nodes[0].op_type}.")

    def _read_layer(self, row: dict[str, Any], layer: "keras.Layer") -> None:
        name, kind, shape = row["name"], row["kind"], row["output_shape"]
        if kind == "BatchNormalization":
            self.layers[-1].setdefault("merged", []).append(name)
        elif kind == "InputLayer":
            self._add(name, kind, shape, self._next_input(), scale=1 / 255)
        elif kind == "BoundingBoxPooling":
            self._add(name, kind, shape, self._next_input(), fit=FIT_PERCENT / 100)  # flat, as the next layer reads it
        elif kind == "Flatten":
            self._add(name, kind, shape, self._next_input())
        elif kind != "Dropout":
            self._add_operation(row)
            activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
            if activation != "linear":
                self._add_activation(row, ACTIVATIONS[activation])

    def _next_input(self) -> str:
        return self.nodes[0].input[0]

    def _take(self, kind: str) -> "onnx.NodeProto":
        """The graph's next operation."""
        if not self.nodes or self.nodes[0].op_type != OPERATIONS.get(kind):
            found = self.nodes[0].op_type if self.nodes else "the end"
            raise ExportFailed(f"The converted graph has {found} in place of the layer {kind}.")
        return self.nodes.pop(0)

    def _add(self, name: str, kind: str, shape: list[int], output: str, **fields: Any) -> dict[str, Any]:
        row = {
            "name": name,
            "kind": kind,
            "inputs": [self.layers[-1]["name"]] if self.layers else [],
            "output_shape": shape,
            "parameters": 0,
            "multiply_adds": 0,
            "tensors": {"output": output},
        }
        self.layers.append(row | fields)
        return self.layers[-1]

    def _add_operation(self, row: dict[str, Any]) -> None:
        node = self._take(row["kind"])
        layer = self._add(row["name"], row["kind"], row["output_shape"], node.output[0], **self._arguments(node))
        if node.op_type in ("Conv", "MatMul"):
            layer["multiply_adds"] = row["multiply_adds"]
            self._add_weights(layer, node)

    def _add_activation(self, row: dict[str, Any], kind: str) -> None:
        self._add(f"{row['name']}_{kind.lower()}", kind, row["output_shape"], self._take(kind).output[0])

    def _add_weights(self, layer: dict[str, Any], node: "onnx.NodeProto") -> None:
        """Add kernel and bias. The bias is an input of the operation or of an Add after it."""
        tensors, weights = layer["tensors"], list(node.input[1:])
        following = self.users.get(node.output[0])
        if following is not None and following.op_type == "Add":
            weights += [name for name in following.input if name in self.weights]
            tensors["output"] = following.output[0]
        tensors |= zip(("kernel", "bias"), weights, strict=False)
        layer["parameters"] = sum(math.prod(self.weights[name].dims) for name in weights)

    def _arguments(self, node: "onnx.NodeProto") -> dict[str, Any]:
        from onnx import helper, numpy_helper

        if node.op_type == "GreaterOrEqual":
            return {"comparison": ">=", "threshold": numpy_helper.to_array(self.weights[node.input[1]]).item()}
        attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        if "kernel_shape" not in attributes:
            return {}
        return {
            "window": attributes["kernel_shape"],
            "strides": attributes.get("strides", [1, 1]),
            "padding": attributes.get("pads", [0, 0, 0, 0]),
        }

    def _add_probabilities(self) -> None:
        """Add the last layers: a softmax, after a temperature if there is one. Sigmoids are probabilities already."""
        from onnx import numpy_helper

        last, node = self.layers[-1], self.producers["probabilities"]
        shape, outputs = last["output_shape"], last["tensors"]["output"]
        if node.op_type != "Softmax":
            return
        if node.input[0] != outputs:
            multiply = self.producers[node.input[0]]
            (scale,) = (numpy_helper.to_array(self.weights[name]).item() for name in multiply.input if name in self.weights)
            self._add("temperature", "Rescaling", shape, node.input[0], scale=scale, offset=0.0)
        self._add("softmax", "Softmax", shape, "probabilities")
