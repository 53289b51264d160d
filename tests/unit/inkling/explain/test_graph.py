"""Wire and graph: the small reader, beside the `onnx` package."""

from pathlib import Path

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import AttributeProto, helper

from inkling.explain.graph import Node, read_graph, with_outputs
from inkling.explain.wire import fields, message, whole_numbers
from tests.unit.inkling.explain import test_layers, test_odd_graphs
from tests.unit.inkling.explain.graphs import Chain

SHIPPED = Path(__file__).parents[4] / "models" / "digits.onnx"
MAKES = [*test_layers.EXPLAINED, *test_odd_graphs.ODD]
HELD = (AttributeProto.INT, AttributeProto.FLOAT, AttributeProto.INTS, AttributeProto.FLOATS, AttributeProto.STRING)


def told(node: onnx.NodeProto) -> Node:
    """A node as our reader gives it, by the `onnx` package."""
    attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute if each.type in HELD}
    texts = {name: value.decode() if isinstance(value, bytes) else value for name, value in attributes.items()}
    graphs = [each.g for each in node.attribute if each.type == AttributeProto.GRAPH]
    captured = [name for graph in graphs for inner in graph.node for name in told(inner).reads]
    return Node(node.op_type, list(node.input), list(node.output), texts, captured)


def assert_read_alike(data: bytes) -> None:
    """Nodes, constants and outputs of a model are those that the `onnx` package reads."""
    theirs, ours = onnx.load_from_string(data).graph, read_graph(data)
    assert ours.nodes == [told(node) for node in theirs.node]
    assert ours.constants == [constant.name for constant in theirs.initializer]
    assert ours.outputs == [value.name for value in theirs.output]


def test_the_shipped_model_is_read_as_onnx_reads_it():
    """Node by node."""
    assert_read_alike(SHIPPED.read_bytes())


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.__name__)
def test_every_graph_of_these_tests_is_read_as_onnx_reads_it(make):
    """With their attributes of every kind, and what the graphs inside of nodes read."""
    assert_read_alike(make(Chain()).model().SerializeToString())


integers = st.integers(-(2**63), 2**63 - 1)
values = (
    integers
    | st.floats(width=32, allow_nan=False)
    | st.text()
    | st.lists(integers, min_size=1)
    | st.lists(st.floats(width=32, allow_nan=False), min_size=1)
)


@given(st.text(), st.lists(st.text(), max_size=3), st.dictionaries(st.text(min_size=1), values, max_size=4))
def test_any_node_is_read_as_onnx_reads_it(op: str, names: list[str], attributes: dict):
    """Whatever it is called, and whatever its attributes hold."""
    node = helper.make_node(op, names, names[::-1])
    node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
    model = onnx.ModelProto()
    model.graph.node.append(node)
    assert_read_alike(model.SerializeToString())


@given(st.lists(st.text(min_size=1), max_size=5))
def test_outputs_are_added_as_onnx_adds_them(names: list[str]):
    """Behind those that are there, and nothing else changes."""
    data = SHIPPED.read_bytes()
    model = onnx.load_from_string(data)
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    assert onnx.load_from_string(with_outputs(data, names)) == model


@given(st.integers(1, 2**29 - 1), st.binary(max_size=300))
def test_what_is_written_is_read(number: int, content: bytes):
    """Of any number and length."""
    assert [(at, kind, bytes(value)) for at, kind, value in fields(message(number, content))] == [(number, 2, content)]


def test_packed_numbers_are_read():
    """As newer writers put them, beside one at a time."""
    assert whole_numbers(2, memoryview(b"\x01\x96\x01" + b"\xff" * 9 + b"\x01")) == [1, 150, -1]
    assert whole_numbers(0, (1 << 64) - 5) == [-5]


@pytest.mark.parametrize("data", [b"\x0a\x05abc", b"\x80", b"\x09\x01", b"\x0b", b"\xff" * 12], ids=repr)
def test_what_is_no_message_is_refused(data: bytes):
    """Cut off, or of a type that is none."""
    with pytest.raises(ValueError, match=r"^Expected a whole protobuf message"):
        list(fields(data))
