"""The smoke picture: one drawing that every model answers at export, at start and in `server check`."""

import numpy as np

from server.inference.normalise import normalise
from server.inference.strokes import render

STROKES = [np.array([[0, 0], [30, -2], [60, 0], [45, 35], [28, 70], [18, 110]], np.float64)]
"""A seven in one stroke, [x, y] with y down."""


def smoke_image() -> np.ndarray:
    """The smoke picture as an image, uint8 (28, 28)."""
    return normalise(render(STROKES))
