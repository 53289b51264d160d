"""Digit errors from texts and from boxes."""

from dataclasses import asdict
from functools import cache

import numpy as np
import pytest

from trainer.evaluation.ocr.digit_errors import (
    DigitCounts,
    align,
    count_from_boxes,
    count_from_texts,
    edit_distance,
    match_boxes,
)


def brute_force_distance(true: str, predicted: str) -> int:
    """The edit distance, by trying every edit."""

    @cache
    def fewest(i: int, j: int) -> int:
        if i == len(true) or j == len(predicted):
            return len(true) - i + len(predicted) - j
        if true[i] == predicted[j]:
            return fewest(i + 1, j + 1)
        return 1 + min(fewest(i + 1, j + 1), fewest(i + 1, j), fewest(i, j + 1))

    return fewest(0, 0)


def random_texts(count: int) -> list[tuple[str, str]]:
    """Pairs of short texts with few distinct characters."""
    rng = np.random.default_rng(0)
    return [tuple("".join(rng.choice(list("012\n"), rng.integers(0, 8))) for _ in range(2)) for _ in range(count)]


def test_edit_distance():
    """Equals the brute-force result and is symmetric."""
    for true, predicted in random_texts(400):
        assert edit_distance(true, predicted) == brute_force_distance(true, predicted) == edit_distance(predicted, true)


def test_alignments_are_complete():
    """Every index occurs once, in order."""
    for true, predicted in random_texts(200):
        pairs = align(true, predicted)
        assert [i for i, _ in pairs if i is not None] == list(range(len(true)))
        assert [j for _, j in pairs if j is not None] == list(range(len(predicted)))
        assert (None, None) not in pairs


@pytest.mark.parametrize(
    ("true", "predicted", "counts"),
    [
        ("2026", "2026", DigitCounts(correct=4)),
        ("2026", "2028", DigitCounts(correct=3, misread=1)),
        ("2026", "206", DigitCounts(correct=3, missed=1)),
        ("2026", "20026", DigitCounts(correct=4, inserted=1)),
        ("41", "4", DigitCounts(correct=1, missed=1)),
        ("1234", "184", DigitCounts(correct=2, misread=1, merged=1)),
        ("1234", "84", DigitCounts(correct=1, misread=1, merged=2)),
        ("184", "1234", DigitCounts(correct=2, misread=1, split=1)),
        ("84", "1234", DigitCounts(correct=1, misread=1, split=2)),
        ("100", "", DigitCounts(missed=3)),
        ("", "7", DigitCounts(inserted=1)),
    ],
)
def test_count_from_texts(true, predicted, counts):
    """Next to a misread digit, missing ones are merged and extra ones split."""
    assert count_from_texts(true, predicted) == counts


def row(*widths: float, left: float = 0.0, gap: float = 4.0, top: float = 0.0) -> np.ndarray:
    """Boxes next to each other, 40 high."""
    boxes = []
    for width in widths:
        boxes.append([left, top, left + width, top + 40])
        left += width + gap
    return np.array(boxes, float).reshape(-1, 4)


PAIR = row(20, 24)  # 0 to 20 and 24 to 48
NOTHING = np.zeros((0, 4))


@pytest.mark.parametrize(
    ("true", "true_boxes", "predicted", "predicted_boxes", "counts"),
    [
        ("12", PAIR, "12", PAIR, DigitCounts(correct=2)),
        ("12", PAIR, "12", PAIR + np.array([1, -2, -1, 3]), DigitCounts(correct=2)),
        ("12", PAIR, "72", PAIR, DigitCounts(correct=1, misread=1)),
        ("12", PAIR, "2", PAIR[1:], DigitCounts(correct=1, missed=1)),
        ("12", PAIR, "2", np.array([[0, 0, 48, 40]]), DigitCounts(correct=1, merged=1)),
        ("12", PAIR, "8", np.array([[0, 0, 48, 40]]), DigitCounts(misread=1, merged=1)),
        ("120", row(20, 24, 22), "8", np.array([[0, 0, 74, 40]]), DigitCounts(misread=1, merged=2)),
        ("0", row(20), "11", row(9, 9, gap=2), DigitCounts(misread=1, split=1)),
        ("0", row(20), "01", np.array([[0, 0, 20, 40], [14, 2, 19, 20]]), DigitCounts(correct=1, split=1)),
        ("12", PAIR, "127", np.concatenate([PAIR, row(8, left=80)]), DigitCounts(correct=2, inserted=1)),
        ("12", PAIR, "21", PAIR[::-1], DigitCounts(correct=2)),
        (
            "71",
            np.array([[0, 0, 40, 40], [28, 0, 44, 40]]),
            "71",
            np.array([[1, 0, 40, 39], [27, 1, 44, 40]]),
            DigitCounts(correct=2),
        ),
        ("12", PAIR, "", NOTHING, DigitCounts(missed=2)),
        ("", NOTHING, "12", PAIR, DigitCounts(inserted=2)),
        ("", NOTHING, "", NOTHING, DigitCounts()),
    ],
)
def test_count_from_boxes(true, true_boxes, predicted, predicted_boxes, counts):
    """Matched by position, in any order, also if boxes overlap."""
    assert count_from_boxes(true, true_boxes, predicted, np.array(predicted_boxes, float)) == counts


def test_counts_add_up():
    """To the numbers of true and recognized digits."""
    rng = np.random.default_rng(1)
    for _ in range(300):
        n, m = rng.integers(0, 7, 2)
        true, predicted = ("".join(rng.choice(list("012"), count)) for count in (n, m))
        corners = [rng.uniform(0, 60, (count, 2)) for count in (n, m)]
        boxes = [np.hstack([corner, corner + rng.uniform(5, 40, corner.shape)]) for corner in corners]
        for counts in (count_from_texts(true, predicted), count_from_boxes(true, boxes[0], predicted, boxes[1])):
            assert n == counts.correct + counts.misread + counts.missed + counts.merged
            assert m == counts.correct + counts.misread + counts.inserted + counts.split
            assert min(asdict(counts).values()) >= 0


def test_match_boxes():
    """Each box has at most one match, the one with the largest overlap."""
    assert match_boxes(row(20, 20, 20, gap=-6), row(20, 20, 20, gap=-6) + np.array([2, 0, 2, 0])) == [(0, 0), (1, 1), (2, 2)]
    assert match_boxes(PAIR, row(20, 24, top=100)) == []
