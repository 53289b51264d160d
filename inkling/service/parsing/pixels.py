"""Pictures inside JSON: as rows of grey levels, or as a file in base64."""

import binascii
from itertools import chain
from typing import Any

import numpy as np

from inkling.errors import BadInput, TooLarge
from inkling.limits import Limits
from inkling.service.parsing.json_body import json_kind

FORM = "pixels as rows of numbers from 0 to 255"


def decode_base64(text: Any) -> bytes:
    """Base64 or a data URL -> the file in it. Raises BadInput."""
    if not isinstance(text, str):
        raise BadInput(f"Expected a picture in base64 or as a data URL. Received {json_kind(text)}.")
    if text.startswith("data:"):
        head, comma, text = text.partition(",")
        if not comma or not head.endswith(";base64"):
            raise BadInput(f"Expected a data URL of the form data:image/png;base64,…. Received {head!r:.60}.")
    try:
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except ValueError as error:  # binascii.Error is one; so is text that is not ASCII
        raise BadInput("Expected a picture in base64 or as a data URL. Received text that is not base64.") from error


def check_pixels(rows: Any, limits: Limits) -> np.ndarray:
    """[[level, …], …], 0..255 -> picture, uint8 (height, width), rounded. Raises BadInput or TooLarge."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        raise BadInput(f"Expected {FORM}. Received {json_kind(rows) if rows != [] else 'no rows'}.")
    width = len(rows[0])
    if width == 0 or any(len(row) != width for row in rows):
        raise BadInput(f"Expected {FORM}, all of one length. Received rows of {_lengths(rows)} numbers.")
    if max(width, len(rows)) > limits.max_picture_side or width * len(rows) > limits.max_picture_pixels:
        raise TooLarge(
            f"Expected a picture of at most {limits.max_picture_pixels:,} pixels and {limits.max_picture_side:,} a side. "
            f"Received {width}×{len(rows)}."
        )
    if not set(map(type, chain.from_iterable(rows))) <= {int, float}:  # a boolean is an int to numpy
        raise BadInput(f"Expected {FORM}. Received something that is not a number.")
    levels = np.array(rows, np.float64)
    least, most = levels.min(), levels.max()
    if not (least >= 0 and most <= 255):
        raise BadInput(f"Expected {FORM}. Received values from {least:g} to {most:g}.")
    if 0 < most <= 1:
        raise BadInput(f"Expected {FORM}. Received none above 1: multiply them by 255.")
    return (levels + 0.5).astype(np.uint8)


def _lengths(rows: list[list]) -> str:
    lengths = sorted({len(row) for row in rows})
    return ", ".join(map(str, lengths[:5])) + (", …" if len(lengths) > 5 else "")
