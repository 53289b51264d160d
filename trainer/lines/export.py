"""Conversion of a line network to ONNX, with 16-bit weights."""

import json
from typing import TYPE_CHECKING

import keras
import numpy as np

from inkling.models.line_network import OTHER, SYMBOLS_KEY, LineNetwork
from inkling.recognition.line_image import LINE_SIDE
from trainer.errors import ExportFailed
from trainer.export.converter import convert_function
from trainer.lines.network import SYMBOLS, WIDTH_STRIDE
from trainer.lines.pool import DIGITS

if TYPE_CHECKING:
    import onnx

MIN_HALF_SIZE = 256
"""Weights with at least this many values are stored as float16. The runtime converts them back when it loads the file."""

MAX_DIFFERENCE = 0.05
"""Maximum difference of a probability between the network and its ONNX file, whose weights are rounded."""


def export_line_network(model: keras.Model, examples: list[np.ndarray]) -> bytes:
    """Convert a model, checked on line images, uint8 (28, width). Raises ExportFailed if their probabilities differ."""
    data = _convert(model).SerializeToString()
    network = LineNetwork(data, list(DIGITS))
    for image in examples:
        even = np.pad(image, ((0, 0), (0, image.shape[1] % WIDTH_STRIDE)))
        expected = keras.ops.convert_to_numpy(keras.ops.softmax(model(even[None, :, :, None].astype(np.float32) / 255)))[0]
        difference = float(np.abs(expected - np.exp(network.predict(image))).max())
        if difference > MAX_DIFFERENCE:
            raise ExportFailed(f"The exported line network differs from Keras by {difference:.3f}.")
    return data


def _convert(model: keras.Model) -> "onnx.ModelProto":
    from keras import ops
    from onnx import helper

    def predict(lines):
        return {"log_probabilities": ops.log_softmax(model(ops.cast(lines, "float32") / 255, training=False))}

    converted = convert_function(predict, "lines", (LINE_SIDE, None, 1))
    graph = converted.graph
    for value, names in ((graph.input[0], ("N", LINE_SIDE, "W", 1)), (graph.output[0], ("N", "T", SYMBOLS))):
        value.type.CopyFrom(helper.make_tensor_type_proto(value.type.tensor_type.elem_type, names))
    graph.name = "inkling lines"
    _store_half(graph)
    helper.set_model_props(converted, {SYMBOLS_KEY: json.dumps([*DIGITS, OTHER])})
    return converted


def _store_half(graph: "onnx.GraphProto") -> None:
    """Store large weights as float16, and convert them in the graph."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= MIN_HALF_SIZE:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}/half"))
            casts.append(helper.make_node("Cast", [f"{name}/half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)
