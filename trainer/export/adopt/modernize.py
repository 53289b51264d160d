"""Old graphs, and graphs that were exported for one image at a time."""

from typing import TYPE_CHECKING

import numpy as np

from inkling.errors import InvalidModel

if TYPE_CHECKING:
    import onnx

MIN_OPSET = 13

MIN_IR_VERSION = 4
"""From 4, a graph's weights need not be listed among its inputs."""

MAX_IR_VERSION = 10
"""Later ones add types and devices that classifiers don't use; a runtime refuses those that are newer than itself."""


def modernize(model: "onnx.ModelProto") -> "onnx.ModelProto":
    """Return a model whose weights are not inputs, of MIN_OPSET at least and MAX_IR_VERSION at most.

    Raises InvalidModel if the conversion fails.
    """
    from onnx import version_converter

    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    model.ir_version = min(max(model.ir_version, MIN_IR_VERSION), MAX_IR_VERSION)
    opset = next((entry.version for entry in model.opset_import if not entry.domain), MIN_OPSET)
    if opset >= MIN_OPSET:
        return model
    try:
        return version_converter.convert_version(model, MIN_OPSET)
    except Exception as error:  # the converter raises RuntimeError and its own exceptions
        raise InvalidModel(f"The graph has opset {opset}, and its conversion to {MIN_OPSET} fails. Export it again.") from error


def free_batch_axis(model: "onnx.ModelProto") -> "onnx.ModelProto":
    """Return a copy in which no Reshape fixes its first axis to one image.

    A constant shape (1, …) becomes (-1, …), or (0, …), the size of the input's first axis, if it has a -1 elsewhere. That is
    right where the first axis is the batch; the caller compares the results.
    """
    from onnx import ModelProto, helper, numpy_helper

    copy = ModelProto.FromString(model.SerializeToString())
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in copy.graph.initializer}
    for node in copy.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name in ("value", "value_ints"):
            value = helper.get_attribute_value(node.attribute[0])
            constants[node.output[0]] = np.array(value) if isinstance(value, list) else numpy_helper.to_array(value)
    for index, node in enumerate(copy.graph.node):
        shape = constants.get(node.input[1]) if node.op_type == "Reshape" and len(node.input) > 1 else None
        if shape is not None and len(shape) > 1 and shape[0] == 1:
            freed = np.concatenate([[0 if -1 in shape else -1], shape[1:]]).astype(np.int64)
            name = f"reshape{index}/shape"
            copy.graph.initializer.append(numpy_helper.from_array(freed, name))
            node.input[1] = name
    return copy
