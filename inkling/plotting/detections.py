"""Draws the recognized digits into their picture."""

import io

import numpy as np
from PIL import Image, ImageDraw

from inkling.plotting.text import drawable, font
from inkling.recognition.result import NumberResult

KNOWN_COLOR, UNKNOWN_COLOR = (0, 130, 60), (200, 70, 0)

LABEL_SIZE = 0.35
"""Font size of a label as a fraction of its box's height, reduced to the space above the box, but at least …"""

MIN_LABEL_SIZE = 11
"""… this many pixels."""


def detections_png(picture: np.ndarray, result: NumberResult) -> bytes:
    """Draw a box and a label around each digit that was recognized in a picture, uint8 (height, width), as a PNG."""
    image = Image.fromarray(picture).convert("RGB")
    draw = ImageDraw.Draw(image)
    width = max(1, round(min(picture.shape) / 250))
    for line in result.lines:
        for digit in line.digits:
            left, top, right, bottom = digit.box
            color = KNOWN_COLOR if digit.known else UNKNOWN_COLOR
            draw.rectangle((left - width, top - width, right + width - 1, bottom + width - 1), outline=color, width=width)
            size = max(MIN_LABEL_SIZE, min(round(LABEL_SIZE * (bottom - top)), top - width))
            position = (left, top - width) if top - width >= size else (left, bottom + width + size)
            draw.text(position, drawable(digit.label), fill=color, font=font(size), anchor="ls")
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
