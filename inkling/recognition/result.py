"""Reading: what was found in a picture of numbers."""

from dataclasses import dataclass

import numpy as np

SIDE = 768
"""Large pictures are best reduced to about this before they are read: a line of twenty digits leaves 40 pixels for each."""


@dataclass(frozen=True)
class Digit:
    """A digit, or whatever sign the model knows.

    box: [left, top, right, bottom), in pixels of the picture. known: whether the answer is sure enough, by the
    card's threshold. probabilities: float32 (labels,).
    """

    label: str
    confidence: float
    known: bool
    box: list[int]
    probabilities: np.ndarray


@dataclass(frozen=True)
class Line:
    """The digits of a line, from left to right."""

    digits: list[Digit]

    @property
    def text(self) -> str:
        return "".join(digit.label for digit in self.digits)


@dataclass(frozen=True)
class Reading:
    """The lines of a picture, from top to bottom."""

    lines: list[Line]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)
