"""Graph: the nodes of an ONNX file, and the file's bytes with more of its values to be told.

Field numbers are those of onnx.proto. Only names and attributes are read; what a constant holds, the runtime tells.
"""

from dataclasses import dataclass, field

from inkling.explain.wire import fields, floats, message, text, whole_numbers

Attribute = int | float | str | list[int] | list[float]


@dataclass(frozen=True)
class Node:
    """One operation. inputs, outputs: names of values, "" for one that is left out. attributes: those that are no tensor.

    captured: what the graphs inside of it read, such as the branches of an If.
    """

    op: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Attribute] = field(default_factory=dict)
    captured: list[str] = field(default_factory=list)

    @property
    def reads(self) -> list[str]:
        """All that it reads."""
        return [*self.inputs, *self.captured]


@dataclass(frozen=True)
class Graph:
    """nodes: in an order in which each comes after those that it needs. constants, outputs: names of values."""

    nodes: list[Node]
    constants: list[str]
    outputs: list[str]


def read_graph(model: bytes) -> Graph:
    """The graph of a model file. Parts of it that stand apart count together, as protobuf merges them. Raises ValueError."""
    graph = Graph([], [], [])
    for number, _, value in fields(model):
        if number == 7:
            _read_into(graph, value)
    return graph


def with_outputs(model: bytes, names: list[str]) -> bytes:
    """A model file that tells these values as well: a message appended to a message is merged with it."""
    outputs = [message(12, message(1, name.encode())) for name in names]  # GraphProto.output, ValueInfoProto.name
    return model + message(7, b"".join(outputs))


def _read_into(graph: Graph, data: memoryview) -> None:
    for number, _, value in fields(data):
        if number == 1:
            graph.nodes.append(_read_node(value))
        elif number == 5:  # TensorProto.name
            graph.constants.extend(text(name) for part, _, name in fields(value) if part == 8)
        elif number == 15:  # SparseTensorProto.values, whose name is the constant's
            graph.constants.extend(
                text(name) for part, _, dense in fields(value) if part == 1 for tag, _, name in fields(dense) if tag == 8
            )
        elif number == 12:
            graph.outputs.extend(text(name) for part, _, name in fields(value) if part == 1)


def _read_node(data: memoryview) -> Node:
    op, inputs, outputs, attributes, captured = "", [], [], {}, []
    for number, _, value in fields(data):
        if number == 1:
            inputs.append(text(value))
        elif number == 2:
            outputs.append(text(value))
        elif number == 4:
            op = text(value)
        elif number == 5:
            name, attribute = _read_attribute(value)
            if attribute is not None:
                attributes[name] = attribute
            captured += _captured(value)
    return Node(op, inputs, outputs, attributes, captured)


def _captured(attribute: memoryview) -> list[str]:
    """All names that the nodes of an attribute's graphs read."""
    inner = Graph([], [], [])
    for number, _, value in fields(attribute):
        if number in (6, 11):  # AttributeProto.g, graphs
            _read_into(inner, value)
    return [name for node in inner.nodes for name in node.reads]


def _read_attribute(data: memoryview) -> tuple[str, Attribute | None]:
    """An attribute's name and what it holds, None where that is a tensor, a graph or a list of strings."""
    name, value = "", None
    for number, kind, content in fields(data):
        if number == 1:
            name = text(content)
        elif number == 2:
            value = floats(content)[0]
        elif number == 3:
            value = whole_numbers(kind, content)[0]
        elif number == 4:
            value = text(content)
        elif number == 7:
            value = [*(value or []), *floats(content)]
        elif number == 8:
            value = [*(value or []), *whole_numbers(kind, content)]
    return name, value
