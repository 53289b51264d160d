"""Selection of the words of a line that are numbers, as opposed to letters that look like digits."""

from dataclasses import dataclass

import numpy as np

from inkling.recognition.line_rescoring import MAX_OTHER_SHARE, LineReading

WORD_GAP = 0.6
"""Minimum gap between two words, in line heights."""

MAX_MEAN_DOUBT = 0.3
"""A word whose glyphs have this much doubt on average, or more, is not a number."""

SPLIT_DOUBT = 0.15
"""Doubt of a glyph that was split off, in a word with many splits."""

SLIVER_WIDTH, SLIVER_DOUBT = 0.4, 0.5
"""The same for a glyph narrower than SLIVER_WIDTH line heights: anything that is finely split looks like ones."""

MIN_SPLIT_GLYPHS = 3
"""Number of split-off glyphs from which a word is finely split."""

MIN_MEAN_CONFIDENCE = 0.9
"""In a line that also has other words, the glyphs of a number must all be known and have this confidence on average."""


@dataclass(frozen=True)
class ScoredGlyph:
    """A glyph of a line with its score.

    box: int (4,), [left, top, right, bottom). hypothesis: index of its hypothesis, None for a skipped segment. is_split:
    whether it is a part of a connected component.
    """

    box: np.ndarray
    hypothesis: int | None
    confidence: float
    known: bool
    is_split: bool

    def doubt(self, line_height: float, in_finely_split_word: bool) -> float:
        """How unlikely the glyph is to be a digit, 0..1."""
        doubt = 0.0 if self.known else 1 - self.confidence
        if not (self.is_split and in_finely_split_word):
            return doubt
        return max(doubt, SLIVER_DOUBT if self.box[2] - self.box[0] < SLIVER_WIDTH * line_height else SPLIT_DOUBT)


def filter_number_words(glyphs: list[ScoredGlyph], line_height: float, reading: LineReading | None = None) -> list[int]:
    """Return the hypotheses that belong to numbers, in the order of the glyphs of a line.

    reading: what a line network reads in the line, if there is one.
    """
    words: list[list[ScoredGlyph]] = []
    end = -np.inf
    for glyph in glyphs:
        if not words or glyph.box[0] - end > WORD_GAP * line_height:
            words.append([])
            end = -np.inf
        words[-1].append(glyph)
        end = max(end, glyph.box[2])
    numbers = [word for word in words if _total_doubt(word, line_height) < MAX_MEAN_DOUBT * len(word)]
    if reading is not None:
        numbers = [word for word in numbers if _other_share(word, reading) <= MAX_OTHER_SHARE]
    if len(numbers) < len(words):
        numbers = [word for word in numbers if _is_confident(word)]
    return [glyph.hypothesis for word in numbers for glyph in word if glyph.hypothesis is not None]


def _total_doubt(word: list[ScoredGlyph], line_height: float) -> float:
    is_finely_split = sum(glyph.is_split for glyph in word) >= MIN_SPLIT_GLYPHS
    return sum(glyph.doubt(line_height, is_finely_split) for glyph in word)


def _other_share(word: list[ScoredGlyph], reading: LineReading) -> float:
    boxes = np.array([glyph.box for glyph in word])
    return reading.other_share(float(boxes[:, 0].min()), float(boxes[:, 2].max()))


def _is_confident(word: list[ScoredGlyph]) -> bool:
    return all(glyph.known for glyph in word) and sum(glyph.confidence for glyph in word) >= MIN_MEAN_CONFIDENCE * len(word)
