"""Pen strokes, .jsonl or .jsonl.gz: a JSON object a line, {"label": "7", "writer": "anna", "strokes": [[[x, y], …], …]}.

x runs to the right and y down, in any unit. `writer` may be missing, but then in every line.
"""

import io
import json

import numpy as np

from inkling.datasets.dataset import LabelledSet, check_count, check_label, image_of
from inkling.datasets.io.bounded_gzip import plain
from inkling.errors import BadData, EmptyPicture, InklingError, TooLarge
from inkling.imaging.normalization import IMAGE_SIDE
from inkling.imaging.strokes import check_strokes, render
from inkling.limits import Limits

BYTES_A_POINT = 64
"""Of JSON, at most, in a line: two numbers of 17 digits with brackets and spaces take 44."""


def read(data: bytes, name: str, limits: Limits) -> LabelledSet:
    """A set from the bytes of a file: each drawing rendered and normalised. Raises BadData with the number of the line."""
    images, labels, writers, drawings = [], [], [], []
    longest = BYTES_A_POINT * limits.max_points + 1000
    for number, line in enumerate(io.BytesIO(plain(data, limits)), 1):
        if not line.strip():
            continue
        try:
            if len(line) > longest:
                raise TooLarge(f"Expected at most {longest:,} bytes a line. Received {len(line):,}.")
            record = _record(line)
            labels.append(_label(record))
            writers.append(_writer(record))
            drawings.append(_drawing(record["strokes"], limits))
            images.append(image_of(render(drawings[-1])) if drawings[-1] else np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8))
        except InklingError as error:
            raise (TooLarge if isinstance(error, TooLarge) else BadData)(f"Line {number}: {error}") from error
        check_count(len(images), limits)
    named = sum(writer is not None for writer in writers)
    if named not in (0, len(writers)):
        raise BadData(f"Expected a writer in every line or in none. Received one in {named:,} of {len(writers):,}.")
    pictures = np.stack(images) if images else np.empty((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    return LabelledSet.of(name, pictures, labels, limits, writers=writers if named else None, strokes=drawings)


def _record(line: bytes) -> dict:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadData("Expected a JSON object. Received text that is none.") from error
    if not isinstance(record, dict) or "strokes" not in record:
        raise BadData('Expected a JSON object with "label" and "strokes". Received another value.')
    return record


def _label(record: dict) -> str:
    label = record.get("label")
    if type(label) is int and abs(label) < 10**18:
        label = str(label)
    if not isinstance(label, str):
        raise BadData("Expected a label as text. Received none.")
    check_label(label)
    return label


def _writer(record: dict) -> str | None:
    writer = record.get("writer")
    if writer is not None:
        if not isinstance(writer, str):
            raise BadData("Expected a writer as text. Received something else.")
        check_label(writer)
    return writer


def _drawing(strokes: object, limits: Limits) -> list[np.ndarray]:
    """The drawing's strokes, each float64 (points, 2); none where the pen never touched."""
    try:
        return check_strokes(strokes, limits)
    except EmptyPicture:
        return []
