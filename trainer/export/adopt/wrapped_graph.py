"""Nodes in front of and behind a classifier's graph, so that it takes crops and returns probabilities."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from inkling.errors import InvalidModel
from trainer.export.adopt.input_format import InputFormat

if TYPE_CHECKING:
    import onnx

OUTPUTS = ("probabilities", "logits", "scores")
"""What a graph returns: rows that sum to 1; values for a softmax; nonnegative values, such as sigmoids, to be divided by their
sum."""

RAW = "raw"
"""Stands for values of any number and kind, (N, values), which are returned as they are."""

PREFIX = "model/"
MINIMUM_SUM = 1e-30


def wrap(
    model: "onnx.ModelProto", source: InputFormat, output: str, kind: str, crop_size: int, labels: int
) -> "onnx.ModelProto":
    """Return a model with the graph of `model` inside: uint8 (N, size, size, 1) -> probabilities, float32 (N, labels).

    model: a result of `modernize`. output: the name of the graph's output. kind: one of OUTPUTS, or RAW. Raises InvalidModel if
    the result isn't a valid model.
    """
    from onnx import TensorProto, checker, compose, helper

    model = compose.add_prefix(model, PREFIX)
    graph = model.graph
    builder = _GraphBuilder(graph, [], "input")
    _add_input_nodes(builder, source, crop_size)
    builder.add("Identity", [builder.last], PREFIX + source.name)
    after = _GraphBuilder(graph, [], "output")
    after.last = PREFIX + output
    _add_output_nodes(after, kind, labels)
    nodes = [*builder.nodes, *graph.node, *after.nodes]
    copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:], graph.input[:], graph.output[:], graph.value_info[:]
    graph.node.extend(copies)
    graph.input.append(helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", crop_size, crop_size, 1]))
    graph.output.append(
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", None if kind == RAW else labels])
    )
    try:
        checker.check_model(model)
    except checker.ValidationError as error:
        raise InvalidModel(f"The graph isn't valid ONNX: {str(error).splitlines()[0]:.200}") from error
    return model


@dataclass
class _GraphBuilder:
    """A chain of nodes. last: the output of the newest one."""

    graph: "onnx.GraphProto"
    nodes: list["onnx.NodeProto"]
    prefix: str
    last: str = "images"

    def add(self, operation: str, inputs: list[str], output: str | None = None, **attributes: Any) -> str:
        from onnx import helper

        name = output or f"{self.prefix}/{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [name], f"{self.prefix}/{len(self.nodes)}", **attributes))
        self.last = name
        return name

    def constant(self, value: Any, kind: type = np.float32) -> str:
        from onnx import numpy_helper

        name = f"{self.prefix}/constant{len(self.graph.initializer)}"
        self.graph.initializer.append(numpy_helper.from_array(np.array(value, kind), name))
        return name

    def reshape(self, *shape: int) -> None:
        self.add("Reshape", [self.last, self.constant(shape, np.int64)])

    def apply(self, operation: str, value: Any) -> None:
        """An operation with a constant as second input."""
        self.add(operation, [self.last, self.constant(value)])

    def cast(self, kind: str) -> None:
        from onnx import TensorProto

        self.add("Cast", [self.last], to=TensorProto.DataType.Value(kind))


def _add_input_nodes(builder: _GraphBuilder, source: InputFormat, size: int) -> None:
    """uint8 (N, size, size, 1) -> the input of the graph."""
    builder.cast("FLOAT")
    is_resized = (source.height, source.width) != (size, size)
    if is_resized:
        builder.reshape(-1, size, size)
        builder.add("MatMul", [builder.constant(resize_weights(size, source.height)), builder.last])
        builder.apply("MatMul", resize_weights(size, source.width).T)
    if source.is_dark:
        builder.add("Sub", [builder.constant(255), builder.last])
    shape = (1, -1, 1, 1) if source.layout == "nchw" else (1, 1, 1, -1)  # channels after the batch or at the end
    builder.reshape(-1, *(1, source.height, source.width) if source.layout == "nchw" else (source.height, source.width, 1))
    # (N, …, 1, …) * (channels) -> (N, …, channels, …)
    builder.apply("Mul", np.reshape(source.factors, shape))
    if any(source.offsets):
        builder.apply("Add", np.reshape(source.offsets, shape))
    if source.layout == "flat":
        builder.reshape(-1, source.height * source.width * source.channels)
    elif source.layout == "nhw":
        builder.reshape(-1, source.height, source.width)
    if source.element_type != "FLOAT":
        if is_resized and "INT" in source.element_type:
            builder.add("Round", [builder.last])
        builder.cast(source.element_type)


def _add_output_nodes(builder: _GraphBuilder, kind: str, labels: int) -> None:
    """The output of the graph -> probabilities, float32 (N, labels)."""
    builder.cast("FLOAT")
    if kind == RAW:
        builder.add("Flatten", [builder.last], "probabilities")
        return
    builder.reshape(-1, labels)
    if kind == "logits":
        builder.add("Softmax", [builder.last], "probabilities", axis=-1)
    elif kind == "scores":
        scores = builder.last
        builder.add("ReduceSum", [scores, builder.constant([1], np.int64)], keepdims=1)
        builder.apply("Max", MINIMUM_SUM)
        builder.add("Div", [scores, builder.last], "probabilities")
    else:
        builder.add("Identity", [builder.last], "probabilities")


def resize_weights(size: int, target: int) -> np.ndarray:
    """Weights that resize a side of `size` pixels as Pillow does, bilinear with antialiasing: float32 (target, size)."""
    identity = Image.fromarray(np.eye(size, dtype=np.float32))
    return np.array(identity.resize((size, target), Image.Resampling.BILINEAR))
