"""Results of the Python API. `Model` and `Client` return the same ones."""

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""(left, top, right, bottom)."""


@dataclass(frozen=True)
class Prediction:
    """The prediction for a picture of one character.

    confidence: the probability of the label. known: whether the model accepts its own prediction. multiple: whether the picture
    seems to contain more than one character. probabilities: by label, in the model's order.
    """

    label: str
    confidence: float
    known: bool
    multiple: bool
    probabilities: dict[str, float]


@dataclass(frozen=True)
class Digit:
    """A recognized digit. box: in pixels of the picture, or in the units of the strokes. Other fields: as in Prediction."""

    label: str
    confidence: float
    known: bool
    box: Box
    probabilities: dict[str, float]


@dataclass(frozen=True)
class Line:
    """A line of digits, from left to right."""

    text: str
    digits: tuple[Digit, ...]


@dataclass(frozen=True)
class Reading:
    """The lines of a picture of whole numbers, from top to bottom. text: the lines, separated by line feeds."""

    text: str
    lines: tuple[Line, ...]


def stroke_box(box: Sequence[float], origin: Sequence[float], pixel_size: float) -> Box:
    """Convert a box from pixels of the rasterized strokes to the units of the strokes."""
    left, top, right, bottom = box
    x, y = origin
    return x + pixel_size * left, y + pixel_size * top, x + pixel_size * right, y + pixel_size * bottom
