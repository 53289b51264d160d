"""Wire: the fields of a protobuf message, as far as reading a graph's nodes needs them.

The encoding is that of Protocol Buffers (https://protobuf.dev/programming-guides/encoding): a tag, number * 8 + type, then
a varint (type 0), 8 bytes (1), a length and as many bytes (2), or 4 bytes (5).
"""

import struct
from collections.abc import Iterator

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
SIZES = {EIGHT: 8, FOUR: 4}
CUT_OFF = "Expected a whole protobuf message. Received one that is cut off, or of another kind."

Field = tuple[int, int, int | memoryview]
"""A field's number, its type, and what it holds: an int for a varint, else the bytes."""


def fields(message: bytes | memoryview) -> Iterator[Field]:
    """The fields of a message in their order. Raises ValueError where it is cut off or no message."""
    data, place = memoryview(message), 0
    while place < len(data):
        tag, place = _varint(data, place)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, place = _varint(data, place)
            yield number, kind, value
            continue
        if kind == BYTES:
            size, place = _varint(data, place)
        elif kind in SIZES:
            size = SIZES[kind]
        else:
            raise ValueError(CUT_OFF)
        if place + size > len(data):
            raise ValueError(CUT_OFF)
        yield number, kind, data[place : place + size]
        place += size


def whole_numbers(kind: int, value: int | memoryview) -> list[int]:
    """The int64 of a repeated field: one by itself, or all of them packed."""
    if kind == VARINT:
        return [_signed(value)]
    numbers, place = [], 0
    while place < len(value):
        number, place = _varint(value, place)
        numbers.append(_signed(number))
    return numbers


def floats(value: memoryview) -> list[float]:
    """The floats of a repeated field: one by itself, or all of them packed."""
    return list(struct.unpack(f"<{len(value) // 4}f", value))


def text(value: memoryview) -> str:
    """A string; what is no UTF-8 becomes �, as in a string attribute that holds raw bytes."""
    return bytes(value).decode(errors="replace")


def message(number: int, content: bytes) -> bytes:
    """A field that holds bytes, a string or another message."""
    return _encoded(number << 3 | BYTES) + _encoded(len(content)) + content


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    """A varint and the place behind it."""
    value = shift = 0
    while place < len(data) and shift < 70:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
    raise ValueError(CUT_OFF)


def _signed(number: int) -> int:
    number &= (1 << 64) - 1
    return number - (1 << 64) if number >= 1 << 63 else number


def _encoded(number: int) -> bytes:
    """A number of 0 or more as a varint."""
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])
