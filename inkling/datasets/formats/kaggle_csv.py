"""Kaggle's CSV, plain or gzipped: one image per row, as its label and its pixels in row-major order, each 0..255.

The first row may be the header `label,pixel0,pixel1,…`. The number of pixels is a square number.

Errors name rows and columns but quote nothing: the trainer service reads any path, and a message must not reveal a file.
"""

import io
import math

import numpy as np

from inkling.datasets.dataset import Dataset, check_count
from inkling.datasets.io.bounded_gzip import decompress
from inkling.errors import InvalidDataset
from inkling.limits import Limits

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAX_PIXELS = 512 * 512
"""Per row, which is split into one Python object per pixel. Images in such files have 784."""

_PIXEL_VALUES = {str(value).encode(): value for value in range(256)}


def read(data: bytes, name: str, limits: Limits) -> Dataset:
    """Read a dataset from the content of a file. Errors name the row, counted from 1 and including the header."""
    lines = enumerate(io.BytesIO(decompress(data, limits).removeprefix(BYTE_ORDER_MARK)), 1)
    pixels, labels, columns = bytearray(), [], 0
    for row, line in lines:
        line = line.strip()
        if not line:
            continue
        if not columns:
            columns = _count_columns(line, row)
            if _parse_label(line.split(b",", 1)[0], row).lower() == "label":
                continue
        if line.count(b",") + 1 != columns:
            raise InvalidDataset(f"Row {row} has {line.count(b',') + 1:,} values, but the first row has {columns:,}.")
        label, *cells = line.split(b",")
        labels.append(_parse_label(label, row))
        check_count(len(labels), limits)
        pixels += _parse_pixels(cells, row)
    side = math.isqrt(max(columns - 1, 0))
    # (n * side * side,) -> (n, side, side)
    return Dataset.from_pictures(name, np.frombuffer(pixels, np.uint8).reshape(len(labels), side, side), labels, limits)


def _count_columns(line: bytes, row: int) -> int:
    pixels = line.count(b",")
    if not 0 < pixels <= MAX_PIXELS or math.isqrt(pixels) ** 2 != pixels:
        raise InvalidDataset(
            f"Row {row}: expected a label and a square number of pixels, at most {MAX_PIXELS:,}, separated by commas; "
            f"got {pixels:,} pixels."
        )
    return pixels + 1


def _parse_label(cell: bytes, row: int) -> str:
    try:
        label = cell.strip().decode()
    except UnicodeDecodeError as error:
        raise InvalidDataset(f"Row {row}: the label isn't valid UTF-8.") from error
    if label.startswith('"') and label.endswith('"') and len(label) > 1:
        label = label[1:-1]
    if not label or label.lower() == "nan":
        raise InvalidDataset(f"Row {row}: the label is missing.")
    return label


def _parse_pixels(cells: list[bytes], row: int) -> bytes:
    try:
        return bytes([_PIXEL_VALUES[cell] for cell in cells])
    except KeyError:
        return bytes(_parse_pixel(cell, row, column) for column, cell in enumerate(cells, 2))


def _parse_pixel(cell: bytes, row: int, column: int) -> int:
    """Parse a cell whose number has spaces, quotes or leading zeros around it."""
    text = cell.strip().strip(b'"')
    if not text:
        raise InvalidDataset(f"Row {row}, column {column}: the cell is empty.")
    if not text.isdigit() or len(text) > 12 or int(text) > 255:
        raise InvalidDataset(f"Row {row}, column {column}: expected a whole number in 0..255.")
    return int(text)
