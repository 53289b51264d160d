"""Result of recognizing the numbers in a picture."""

from dataclasses import dataclass

import numpy as np

READING_SIDE = 768
"""Longer side in pixels to which large pictures are reduced first: leaves 40 pixels per digit in a line of twenty."""


@dataclass(frozen=True)
class DigitResult:
    """A recognized digit (or another label of the model).

    box: [left, top, right, bottom), in pixels of the picture. known: whether the confidence reaches the threshold on the
    model card. probabilities: float32 (labels,). image: uint8 (28, 28), as the network got it.
    """

    label: str
    confidence: float
    known: bool
    box: list[int]
    probabilities: np.ndarray
    image: np.ndarray


@dataclass(frozen=True)
class LineResult:
    """The digits of a line, from left to right."""

    digits: list[DigitResult]

    @property
    def text(self) -> str:
        """The labels of the digits, joined."""
        return "".join(digit.label for digit in self.digits)


@dataclass(frozen=True)
class NumberResult:
    """The lines of a picture, from top to bottom."""

    lines: list[LineResult]

    @property
    def text(self) -> str:
        """The text of the lines, separated by line feeds."""
        return "\n".join(line.text for line in self.lines)
