"""Words: which digits of a line make numbers, and which are letters that look like some."""

from dataclasses import dataclass

import numpy as np

APART = 0.6
"""Signs farther apart than this many heights of the line are of two words."""

DOUBTED = 0.3
"""A word is none of digits if the doubts about its signs are this much on average, or more: of one that is not known what it
lacks in confidence, of …"""

CUT = 0.15
"""… of one that was cut off another CUT, …"""

SLIVER, SLIVERED = 0.4, 0.5
"""… and if it is narrower than SLIVER of the line's height SLIVERED: whatever is cut up finely looks like ones."""

FINELY = 3
"""It is cut up finely if that many of its signs are cut off others."""

SURE = 0.9
"""Beside words that are none of digits the digits of a number must all be known, with this confidence on average."""


@dataclass(frozen=True)
class Sign:
    """A sign of a line as it was read.

    box: [left, top, right, bottom]. answer: its position among what was scored, or None. cut: whether it is part of another.
    """

    box: np.ndarray
    answer: int | None
    confidence: float
    known: bool
    cut: bool

    def doubt(self, height: float, finely: bool) -> float:
        """How much speaks against its being a digit, 0..1. finely: whether its word is cut up finely."""
        doubt = 0.0 if self.known else 1 - self.confidence
        if not (self.cut and finely):
            return doubt
        return max(doubt, SLIVERED if self.box[2] - self.box[0] < SLIVER * height else CUT)


def find_numbers(signs: list[Sign], height: float) -> list[int]:
    """The answers that are digits of numbers, in the order of the signs, those of one line of a height."""
    words: list[list[Sign]] = []
    end = -np.inf
    for sign in signs:
        if not words or sign.box[0] - end > APART * height:
            words.append([])
            end = -np.inf
        words[-1].append(sign)
        end = max(end, sign.box[2])
    numbers = [word for word in words if _doubt(word, height) < DOUBTED * len(word)]
    if len(numbers) < len(words):
        numbers = [word for word in numbers if _are_sure(word)]
    return [sign.answer for word in numbers for sign in word if sign.answer is not None]


def _doubt(word: list[Sign], height: float) -> float:
    finely = sum(sign.cut for sign in word) >= FINELY
    return sum(sign.doubt(height, finely) for sign in word)


def _are_sure(word: list[Sign]) -> bool:
    return all(sign.known for sign in word) and sum(sign.confidence for sign in word) >= SURE * len(word)
