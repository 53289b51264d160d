"""Pen strokes, .jsonl or .jsonl.gz: one JSON object per line, {"label": "7", "writer": "anna", "strokes": [[[x, y], …], …]}.

x runs to the right and y down, in any unit. `writer` is optional, but must be given in every line or in none.
"""

import io
import json
from typing import Any

import numpy as np

from inkling.datasets.dataset import Dataset, check_count, check_label, normalize_or_blank
from inkling.datasets.io.bounded_gzip import decompress
from inkling.errors import EmptyPicture, InklingError, InvalidDataset, TooLarge
from inkling.imaging.normalization import IMAGE_SIDE
from inkling.imaging.strokes import parse_strokes, rasterize
from inkling.limits import Limits

BYTES_PER_POINT = 64
"""Maximum JSON size of a point: two numbers of 17 digits with brackets and spaces take 44."""


def read(data: bytes, name: str, limits: Limits) -> Dataset:
    """Read a dataset from the content of a file; each drawing is rasterized and normalized. Errors name the line."""
    images, labels, writers, drawings = [], [], [], []
    max_line = BYTES_PER_POINT * limits.max_points + 1000
    for number, line in enumerate(io.BytesIO(decompress(data, limits)), 1):
        if not line.strip():
            continue
        try:
            if len(line) > max_line:
                raise TooLarge(f"the line has {len(line):,} bytes. At most {max_line:,} are allowed.")
            record = _parse_record(line)
            labels.append(_parse_label(record))
            writers.append(_parse_writer(record))
            drawings.append(_parse_strokes(record["strokes"], limits))
            images.append(_render(drawings[-1]))
        except InklingError as error:
            raise (TooLarge if isinstance(error, TooLarge) else InvalidDataset)(f"Line {number}: {error}") from error
        check_count(len(images), limits)
    named = sum(writer is not None for writer in writers)
    if named not in (0, len(writers)):
        raise InvalidDataset(f"Only {named:,} of {len(writers):,} lines name a writer. Name one in every line or in none.")
    pictures = np.stack(images) if images else np.empty((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    names = [writer for writer in writers if writer is not None]
    return Dataset.from_pictures(name, pictures, labels, limits, writers=names or None, strokes=drawings)


def _parse_record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidDataset("the line isn't valid JSON.") from error
    if not isinstance(record, dict) or "strokes" not in record:
        raise InvalidDataset('expected a JSON object with "label" and "strokes".')
    return record


def _parse_label(record: dict[str, Any]) -> str:
    label = record.get("label")
    if type(label) is int and abs(label) < 10**18:
        label = str(label)
    if not isinstance(label, str):
        raise InvalidDataset("the label is missing or isn't a string.")
    check_label(label)
    return label


def _parse_writer(record: dict[str, Any]) -> str | None:
    writer = record.get("writer")
    if writer is None:
        return None
    if not isinstance(writer, str):
        raise InvalidDataset("the writer isn't a string.")
    check_label(writer)
    return writer


def _parse_strokes(strokes: object, limits: Limits) -> list[np.ndarray]:
    """Return the strokes, each float64 (points, 2); an empty list if there are no points."""
    try:
        return parse_strokes(strokes, limits)
    except EmptyPicture:
        return []


def _render(strokes: list[np.ndarray]) -> np.ndarray:
    """Rasterize and normalize strokes: uint8 (28, 28), blank if there are none."""
    return normalize_or_blank(rasterize(strokes)) if strokes else np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
