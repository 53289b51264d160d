"""best_path: the cheapest way through a line's pieces; find_numbers: which of its signs make numbers."""

import numpy as np
import pytest

from inkling.recognition.best_path import best_path
from inkling.recognition.hypotheses import Segment
from inkling.recognition.oversegmentation import Piece
from inkling.recognition.word_filter import Sign, find_numbers


def pieces_of(*widths: int) -> list[Piece]:
    """Pieces 40 high, side by side."""
    ends = np.cumsum([0, *widths])
    return [Piece(n + 1, np.array([ends[n], 0, ends[n + 1], 40]), n, None, None) for n in range(len(widths))]


def segment(first: int, last: int, penalty: float = 0.0) -> Segment:
    """Of pieces; its box does not matter here."""
    return Segment(first, last, np.zeros(4, int), False, penalty, [])


@pytest.mark.parametrize(
    ("confidences", "chosen"),
    [([0.9, 0.9, 0.3], [0, 1]), ([0.9, 0.4, 0.9], [2]), ([0.6, 0.6, 0.5], [2])],
)
def test_the_likeliest_way_is_taken(confidences: list[float], chosen: list[int]):
    """Two pieces are two digits, or one: whichever has the greater product of confidences."""
    segments = [segment(0, 0), segment(1, 1), segment(0, 1)]
    assert best_path(pieces_of(20, 20), segments, np.array(confidences), np.array(confidences) >= 0.2, 40) == (chosen, [])


def test_penalties_count():
    """What a cut costs may outweigh a little confidence."""
    segments = [segment(0, 0, 0.4), segment(1, 1, 0.4), segment(0, 1)]
    assert best_path(pieces_of(20, 20), segments, np.array([0.99, 0.99, 0.6]), np.ones(3, bool), 40)[0] == [2]


def test_small_pieces_are_left_out_sooner_than_large_ones():
    """A speck is no digit where nothing speaks for it; a whole sign is one, however doubtful."""
    speck = Piece(9, np.array([50, 30, 54, 34]), 9, None, None)
    pieces = [*pieces_of(20), speck]
    segments = [segment(0, 0), segment(1, 1, 3.0)]
    assert best_path(pieces, segments, np.array([0.12, 0.5]), np.array([False, True]), 40) == ([0], [1])


def signs_of(text: str) -> list[Sign]:
    """A sign a character: a digit is known, ? is not, a blank is a gap."""
    return [
        Sign(np.array([30 * n, 0, 30 * n + 25, 40]), n, *((0.2, False) if character == "?" else (0.95, True)), False)
        for n, character in enumerate(text)
        if character != " "
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("123", [0, 1, 2]), ("12?4", [0, 1, 2, 3]), ("?1??  42", [6, 7]), ("???", []), ("1?  2?", [])],
)
def test_words_are_left_out(text: str, numbers: list[int]):
    """A number may have a sign that is not known; a word has many, and goes with those that are."""
    assert find_numbers(signs_of(text), 40) == numbers
