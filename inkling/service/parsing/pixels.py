"""A picture in JSON: rows of gray levels, or a file in base64."""

import binascii
from itertools import chain
from typing import Any

import numpy as np

from inkling.errors import InvalidInput, TooLarge
from inkling.limits import Limits
from inkling.service.parsing.json_body import json_type_name


def decode_base64(text: Any) -> bytes:
    """Decode base64 or a data URL. Raises InvalidInput."""
    if not isinstance(text, str):
        raise InvalidInput(f"Expected a picture in base64 or as a data URL, got {json_type_name(text)}.")
    if text.startswith("data:"):
        head, comma, text = text.partition(",")
        if not comma or not head.endswith(";base64"):
            raise InvalidInput(f"Expected a data URL of the form data:image/png;base64,…, got {head!r:.60}.")
    try:
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except ValueError as error:  # also UnicodeEncodeError, for non-ASCII text
        raise InvalidInput("The picture is not valid base64.") from error


def parse_pixels(rows: Any, limits: Limits) -> np.ndarray:
    """[[level, …], …], 0..255 -> uint8 (height, width), rounded. Raises InvalidInput or TooLarge."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        raise InvalidInput(f"pixels: expected rows of numbers, got {json_type_name(rows) if rows != [] else 'no rows'}.")
    width = len(rows[0])
    if width == 0 or any(len(row) != width for row in rows):
        raise InvalidInput(f"pixels: all rows must have the same length, got rows of {_lengths(rows)} numbers.")
    if max(width, len(rows)) > limits.max_picture_side or width * len(rows) > limits.max_picture_pixels:
        raise TooLarge(
            f"pixels: {width}×{len(rows)} exceeds the maximum of {limits.max_picture_pixels:,} pixels and "
            f"{limits.max_picture_side:,} a side."
        )
    if not set(map(type, chain.from_iterable(rows))) <= {int, float}:  # bool is a subclass of int
        raise InvalidInput("pixels: expected numbers from 0 to 255, got other values.")
    levels = np.array(rows, np.float64)
    lowest, highest = levels.min(), levels.max()
    if not (lowest >= 0 and highest <= 255):
        raise InvalidInput(f"pixels: expected numbers from 0 to 255, got {lowest:g} to {highest:g}.")
    if 0 < highest <= 1:
        raise InvalidInput("pixels: the range is 0 to 255, but no value is above 1. Multiply them by 255.")
    return (levels + 0.5).astype(np.uint8)


def _lengths(rows: list[list[Any]]) -> str:
    lengths = sorted({len(row) for row in rows})
    return ", ".join(map(str, lengths[:5])) + (", …" if len(lengths) > 5 else "")
