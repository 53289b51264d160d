"""What was read in a picture, drawn into it."""

import io

import numpy as np
from PIL import Image, ImageDraw

from inkling.plotting.text import drawable, font
from inkling.recognition.result import Reading

KNOWN, DOUBTED = (0, 130, 60), (200, 70, 0)
"""Colours of a digit that is known and of one that is not."""

TEXT = 0.35
"""Size of a digit's label as a share of its box's height, less where the picture has less room above, but at least …"""

LEAST_TEXT = 11
"""… this many pixels."""


def boxes_png(picture: np.ndarray, reading: Reading) -> bytes:
    """A picture, uint8 (height, width), with a box and a label round each digit of a reading of it, as a PNG."""
    image = Image.fromarray(picture).convert("RGB")
    draw = ImageDraw.Draw(image)
    width = max(1, round(min(picture.shape) / 250))
    for line in reading.lines:
        for digit in line.digits:
            left, top, right, bottom = digit.box
            colour = KNOWN if digit.known else DOUBTED
            draw.rectangle((left - width, top - width, right + width - 1, bottom + width - 1), outline=colour, width=width)
            size = max(LEAST_TEXT, min(round(TEXT * (bottom - top)), top - width))
            at = (left, top - width) if top - width >= size else (left, bottom + width + size)
            draw.text(at, drawable(digit.label), fill=colour, font=font(size), anchor="ls")
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
