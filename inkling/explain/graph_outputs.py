"""Declare more tensors of an ONNX graph as outputs, without the `onnx` package.

ONNX files are protobuf messages. When a protobuf parser reads the field of a nested message twice, it merges both
(https://protobuf.dev/programming-guides/encoding/#last-one-wins), so a graph that holds nothing but outputs is appended to the
file.
"""

MODEL_GRAPH, GRAPH_OUTPUT, VALUE_NAME = 7, 12, 1
"""Field numbers of `ModelProto.graph`, `GraphProto.output` and `ValueInfoProto.name` in onnx.proto."""


def declare_outputs(model: bytes, names: list[str]) -> bytes:
    """An ONNX file whose graph has these tensors as outputs too. Initializers can be outputs as well."""
    outputs = b"".join(_field(GRAPH_OUTPUT, _field(VALUE_NAME, name.encode())) for name in names)
    return model + _field(MODEL_GRAPH, outputs)


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field: tag, length, content."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    """An unsigned integer in groups of 7 bits, the lowest first; bit 8 of a byte says that more follow."""
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])
