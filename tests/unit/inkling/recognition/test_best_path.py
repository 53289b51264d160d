"""find_best_path: the cheapest path through the segmentation graph of a line."""

import numpy as np
import pytest

from inkling.recognition.best_path import find_best_path
from inkling.recognition.hypotheses import DigitHypothesis
from inkling.recognition.oversegmentation import Segment

LINE_HEIGHT = 40


def make_segments(*widths: int) -> list[Segment]:
    """Segments as high as the line, side by side."""
    ends = np.cumsum([0, *widths])
    return [Segment(n + 1, np.array([ends[n], 0, ends[n + 1], LINE_HEIGHT]), n, None, None) for n in range(len(widths))]


def make_hypothesis(first: int, last: int, penalty: float = 0.0) -> DigitHypothesis:
    """A hypothesis for a run of segments; its box does not matter here."""
    return DigitHypothesis(first, last, np.zeros(4, int), False, penalty, [])


@pytest.mark.parametrize(
    ("confidences", "chosen"),
    [([0.9, 0.9, 0.3], [0, 1]), ([0.9, 0.4, 0.9], [2]), ([0.6, 0.6, 0.5], [2])],
)
def test_most_likely_path_is_chosen(confidences: list[float], chosen: list[int]) -> None:
    """Two segments are two digits or one, whichever has the higher product of confidences."""
    hypotheses = [make_hypothesis(0, 0), make_hypothesis(1, 1), make_hypothesis(0, 1)]
    known = np.array(confidences) >= 0.2
    assert find_best_path(make_segments(20, 20), hypotheses, np.array(confidences), known, LINE_HEIGHT) == (chosen, [])


def test_penalties_count() -> None:
    """A penalty can outweigh a higher confidence."""
    hypotheses = [make_hypothesis(0, 0, 0.4), make_hypothesis(1, 1, 0.4), make_hypothesis(0, 1)]
    confidences = np.array([0.99, 0.99, 0.6])
    chosen, _ = find_best_path(make_segments(20, 20), hypotheses, confidences, np.ones(3, bool), LINE_HEIGHT)
    assert chosen == [2]


def test_small_segments_are_skipped_more_easily_than_large_ones() -> None:
    """An unlikely speck is skipped; a large segment is a digit even at a low confidence."""
    speck = Segment(9, np.array([50, 30, 54, 34]), 9, None, None)
    hypotheses = [make_hypothesis(0, 0), make_hypothesis(1, 1, 3.0)]
    confidences, known = np.array([0.12, 0.5]), np.array([False, True])
    assert find_best_path([*make_segments(20), speck], hypotheses, confidences, known, LINE_HEIGHT) == ([0], [1])
