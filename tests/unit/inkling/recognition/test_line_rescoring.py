"""rescore_path: a line is read by segmentation and by a line network."""

from collections.abc import Sequence

import numpy as np
import pytest

from inkling.recognition.best_path import find_best_path, find_path_for_labels
from inkling.recognition.line_image import LineImage
from inkling.recognition.line_rescoring import LineReading, RescoredPath, rescore_path
from inkling.recognition.oversegmentation import Segment
from inkling.recognition.word_filter import filter_number_words
from tests.unit.inkling.recognition.test_best_path import LINE_HEIGHT, make_hypothesis, make_segments
from tests.unit.inkling.recognition.test_word_filter import make_glyphs

OTHER, BLANK = 10, 11
SEGMENTS = make_segments(20, 20, 20)
HYPOTHESES = [make_hypothesis(first, last) for first, last in ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2))]
KNOWN = np.ones(len(HYPOTHESES), bool)


def make_reading(symbols: Sequence[int], certainty: float = 0.99) -> LineReading:
    """A reading that is this certain of each symbol, with a blank after each; a step is two columns of one pixel."""
    steps = [step for symbol in symbols for step in (symbol, BLANK)]
    probabilities = np.full((len(steps), 12), (1 - certainty) / 11, np.float32)
    probabilities[np.arange(len(steps)), steps] = certainty
    return LineReading(LineImage(np.zeros((28, 2 * len(steps)), np.uint8), 0.0, 1.0), np.log(probabilities))


def make_probabilities(*labels: tuple[int, float]) -> np.ndarray:
    """The network's probabilities of each hypothesis: a label with a confidence, the rest spread evenly."""
    rows = np.full((len(labels), 10), 0.0, np.float32)
    for row, (label, confidence) in zip(rows, labels, strict=True):
        row[:] = (1 - confidence) / 9
        row[label] = confidence
    return rows


def rescore(reading: LineReading, probabilities: np.ndarray) -> RescoredPath:
    """Find the best path and rescore it."""
    path = find_best_path(SEGMENTS, HYPOTHESES, probabilities.max(1), KNOWN, LINE_HEIGHT)
    return rescore_path(reading, path, SEGMENTS, HYPOTHESES, probabilities, KNOWN, LINE_HEIGHT)


ONE_FOUR_SEVEN = make_probabilities((1, 0.9), (4, 0.9), (7, 0.9), (8, 0.3), (3, 0.3))


def test_equal_readings_are_kept() -> None:
    """The usual case."""
    rescored = rescore(make_reading([1, 4, 7]), ONE_FOUR_SEVEN)
    assert rescored.chosen == [0, 1, 2]
    np.testing.assert_array_equal(rescored.probabilities, ONE_FOUR_SEVEN[:3])


def test_another_segmentation_is_chosen() -> None:
    """Two segments are one eight if the line network is sure of it and the segments are not."""
    probabilities = make_probabilities((1, 0.6), (4, 0.6), (7, 0.9), (8, 0.35), (3, 0.1))
    assert rescore(make_reading([1, 4, 7]), probabilities).chosen == [0, 1, 2]
    rescored = rescore(make_reading([8, 7]), probabilities)
    assert rescored.chosen == [3, 2]
    assert rescored.probabilities.argmax(1).tolist() == [8, 7]


def test_another_label_is_chosen() -> None:
    """Its probability is the product of both, normalized."""
    probabilities = make_probabilities((1, 0.9), (9, 0.5), (7, 0.9), (8, 0.1), (3, 0.1))
    probabilities[1, 4] = 0.4
    probabilities[1] /= probabilities[1].sum()
    rescored = rescore(make_reading([1, 4, 7]), probabilities)
    assert rescored.chosen == [0, 1, 2]
    assert rescored.probabilities.argmax(1).tolist() == [1, 4, 7]
    assert rescored.probabilities[1].sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_array_equal(rescored.probabilities[[0, 2]], probabilities[[0, 2]])


def test_segmentation_wins_where_the_line_network_is_uncertain() -> None:
    """It has a reading of its own, but hardly believes it."""
    assert rescore(make_reading([1, 9, 7], certainty=0.2), ONE_FOUR_SEVEN).probabilities.argmax(1).tolist() == [1, 4, 7]


def test_lines_with_letters_are_read_by_segmentation() -> None:
    """The line network doesn't say which digits the letters look like."""
    assert rescore(make_reading([1, OTHER, 7]), ONE_FOUR_SEVEN).chosen == [0, 1, 2]


def test_there_are_no_more_digits_than_segments() -> None:
    """Whatever the line network reads."""
    assert len(rescore(make_reading([1] * 9), ONE_FOUR_SEVEN).chosen) <= 3


def test_path_for_labels_is_the_cheapest_one() -> None:
    """The cost of the best path's own labels is the lowest of all, and a missing label costs much."""
    cost, chosen, skipped = find_path_for_labels(SEGMENTS, HYPOTHESES, ONE_FOUR_SEVEN, KNOWN, LINE_HEIGHT, [1, 4, 7])
    assert (chosen, skipped) == ([0, 1, 2], [])
    assert cost == pytest.approx(-3 * np.log(0.9), rel=1e-4)
    others = [
        find_path_for_labels(SEGMENTS, HYPOTHESES, ONE_FOUR_SEVEN, KNOWN, LINE_HEIGHT, labels)[0]
        for labels in ([1, 4, 8], [8, 7], [1, 3], [1, 7])
    ]
    assert min(others) > cost
    assert find_path_for_labels(SEGMENTS, HYPOTHESES, ONE_FOUR_SEVEN, KNOWN, LINE_HEIGHT, [1] * 4) == (np.inf, [], [])


def test_segments_can_be_skipped_for_labels() -> None:
    """As for the best path."""
    speck = Segment(9, np.array([70, 30, 74, 34]), 9, None, None)
    path = find_path_for_labels([*SEGMENTS, speck], HYPOTHESES, ONE_FOUR_SEVEN, KNOWN, LINE_HEIGHT, [1, 4, 7])
    assert path[1:] == ([0, 1, 2], [3])


def test_words_of_letters_are_dropped() -> None:
    """Where the line network sees other characters, digits are letters that look like digits."""
    glyphs = make_glyphs("123   456")  # 30 columns per character
    symbols = [OTHER] * 40 + [4, 5, 6] * 30
    reading = make_reading(symbols[:68])  # 4 columns per symbol: the first word is up to column 85
    assert reading.other_share(0, 85) > 0.9
    assert reading.other_share(180, 270) < 0.1
    assert reading.other_share(1_000, 1_010) == 0
    assert filter_number_words(glyphs, 40) == [0, 1, 2, 6, 7, 8]
    assert filter_number_words(glyphs, 40, reading) == [6, 7, 8]
