"""Kaggle's CSV, plain or gzipped: a row an image, its label and then its pixels, row by row, each 0..255.

The first row may be the header `label,pixel0,pixel1,…`. The number of pixels is a square.
"""

import io
import math

import numpy as np

from inkling.datasets.dataset import LabelledSet, check_count
from inkling.datasets.io.bounded_gzip import plain
from inkling.errors import BadData
from inkling.limits import Limits

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MOST_PIXELS = 512 * 512
"""A row is cut into one Python object a pixel; images in such files have 784."""

_LEVELS = {str(level).encode(): level for level in range(256)}


def read(data: bytes, name: str, limits: Limits) -> LabelledSet:
    """A set from the bytes of a file. Raises BadData with the number of the row, counted from 1 with the header."""
    lines = enumerate(io.BytesIO(plain(data, limits).removeprefix(BYTE_ORDER_MARK)), 1)
    pixels, labels, columns = bytearray(), [], 0
    for row, line in lines:
        line = line.strip()
        if not line:
            continue
        if not columns:
            columns = _columns(line, row)
            if _label(line.split(b",", 1)[0], row).lower() == "label":
                continue
        if line.count(b",") + 1 != columns:
            raise BadData(f"Row {row}: Expected {columns:,} values, as in the first row. Received {line.count(b',') + 1:,}.")
        label, *cells = line.split(b",")
        labels.append(_label(label, row))
        check_count(len(labels), limits)
        pixels += _levels(cells, row)
    side = math.isqrt(max(columns - 1, 0))
    # (n * side * side,) -> (n, side, side)
    return LabelledSet.of(name, np.frombuffer(pixels, np.uint8).reshape(len(labels), side, side), labels, limits)


def _columns(line: bytes, row: int) -> int:
    pixels = line.count(b",")
    if not 0 < pixels <= MOST_PIXELS or math.isqrt(pixels) ** 2 != pixels:
        raise BadData(
            f"Row {row}: Expected a label and then a square number of pixels, at most {MOST_PIXELS:,}, between commas. "
            f"Received {pixels:,} pixels."
        )
    return pixels + 1


def _label(cell: bytes, row: int) -> str:
    try:
        label = cell.strip().decode()
    except UnicodeDecodeError as error:
        raise BadData(f"Row {row}: Expected a label in UTF-8. Received {cell[:20]!r}.") from error
    if label.startswith('"') and label.endswith('"') and len(label) > 1:
        label = label[1:-1]
    if not label or label.lower() == "nan":
        raise BadData(f"Row {row}: Expected a label. Received none.")
    return label


def _levels(cells: list[bytes], row: int) -> bytes:
    try:
        return bytes([_LEVELS[cell] for cell in cells])
    except KeyError:
        return bytes(_level(cell, row, column) for column, cell in enumerate(cells, 2))


def _level(cell: bytes, row: int, column: int) -> int:
    """A cell with spaces, quotes or leading zeros around its number."""
    text = cell.strip().strip(b'"')
    if not text:
        raise BadData(f"Row {row}, column {column}: Expected a pixel. Received an empty cell.")
    if not text.isdigit() or len(text) > 12 or int(text) > 255:
        raise BadData(f"Row {row}, column {column}: Expected a whole number in 0..255. Received {text[:20]!r}.")
    return int(text)
