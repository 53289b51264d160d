"""Simplify the graph that tf2onnx makes, without changing what it computes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from trainer.errors import ExportFailed

if TYPE_CHECKING:
    import onnx


def clean_graph(model: "onnx.ModelProto", flattened: Sequence[int]) -> None:
    """Make the shape of each Flatten layer constant, then remove unused nodes, weights and operator sets.

    tf2onnx reads the batch size of a Flatten layer from its input, with six nodes before the Reshape. flattened: the features
    of the network's Flatten layers in order.
    """
    from onnx import numpy_helper

    graph, features = model.graph, list(flattened)
    constants = {tensor.name for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Reshape" and node.input[1] not in constants:
            if not features:
                raise ExportFailed(f"The converted graph has an unexpected operation {node.name} with a computed shape.")
            shape = numpy_helper.from_array(np.array([-1, features.pop(0)], np.int64), f"{node.name}/shape")
            graph.initializer.append(shape)
            node.input[1] = shape.name
    _remove_unused_nodes(graph)
    _remove_unused_operator_sets(model)


def _remove_unused_nodes(graph: "onnx.GraphProto") -> None:
    needed = {value.name for value in graph.output}
    nodes = []
    for node in reversed(graph.node):  # a node comes before its users
        if needed & set(node.output):
            needed |= set(node.input)
            nodes.append(node)
    weights = [tensor for tensor in graph.initializer if tensor.name in needed]
    _replace(graph.node, nodes[::-1])
    _replace(graph.initializer, weights)


def _remove_unused_operator_sets(model: "onnx.ModelProto") -> None:
    domains = {node.domain for node in model.graph.node}
    _replace(model.opset_import, [entry for entry in model.opset_import if entry.domain in domains])


def _replace(field, values: list) -> None:
    copies = [type(value).FromString(value.SerializeToString()) for value in values]
    del field[:]
    field.extend(copies)
