"""Declaring outputs without the `onnx` package."""

from pathlib import Path

import onnx
from hypothesis import given
from hypothesis import strategies as st

from inkling.explain.graph_outputs import declare_outputs

SHIPPED = Path(__file__).parents[4] / "models" / "digits.onnx"


@given(st.lists(st.text(min_size=1), max_size=5) | st.just(["x" * 300]))
def test_outputs_are_appended_as_onnx_appends_them(names: list[str]):
    """After the existing outputs; nothing else changes."""
    data = SHIPPED.read_bytes()
    model = onnx.load_from_string(data)
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    assert onnx.load_from_string(declare_outputs(data, names)) == model
