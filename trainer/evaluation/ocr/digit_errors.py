"""Counts digit errors of recognized numbers, from the texts alone or from bounding boxes.

Every true digit is correct, misread, missed or merged, and every recognized digit is correct, misread, inserted or split:
n = correct + misread + missed + merged for n true digits, and m = correct + misread + inserted + split for m recognized ones.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import numpy as np

MIN_IOU = 0.1
"""Minimum intersection over union of two boxes of the same digit. Half a digit has 0.5."""

MIN_CONTAINED = 0.5
"""Share of a box's area that must be inside another box for it to count as contained in it."""


@dataclass(frozen=True)
class DigitCounts:
    """Digits by outcome.

    correct: found, with the right label. misread: found, with a wrong label. missed: not found. merged: recognized together
    with a neighbor, as one digit. inserted: recognized where there is no digit. split: part of a digit, recognized as a digit.
    """

    correct: int = 0
    misread: int = 0
    missed: int = 0
    merged: int = 0
    inserted: int = 0
    split: int = 0

    def __add__(self, other: "DigitCounts") -> "DigitCounts":
        return DigitCounts(*(a + b for a, b in zip(asdict(self).values(), asdict(other).values(), strict=True)))


def align(true: Sequence[Any], predicted: Sequence[Any]) -> list[tuple[int | None, int | None]]:
    """Align two sequences by the fewest edits (Levenshtein 1966). Returns pairs of indices, None where one has no counterpart.

    Of equally short alignments, prefers replacements to deletions and insertions, from the end on.
    """
    cost = np.zeros((len(true) + 1, len(predicted) + 1), np.int64)
    cost[:, 0], cost[0] = np.arange(len(true) + 1), np.arange(len(predicted) + 1)
    for i, a in enumerate(true, 1):
        for j, b in enumerate(predicted, 1):
            cost[i, j] = min(cost[i - 1, j - 1] + (a != b), cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    i, j = len(true), len(predicted)
    pairs: list[tuple[int | None, int | None]] = []
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + (true[i - 1] != predicted[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def edit_distance(true: Sequence[Any], predicted: Sequence[Any]) -> int:
    """Return the Levenshtein distance."""
    return sum(i is None or j is None or true[i] != predicted[j] for i, j in align(true, predicted))


def count_from_texts(true: str, predicted: str) -> DigitCounts:
    """Count digit errors in two lines of text, without positions.

    Between correct digits are k true and m predicted ones. The smaller number counts as misread. Of the rest, true ones are
    merged, or missed if m = 0; predicted ones are split, or inserted if k = 0. If two digits were merged into one with the
    label of one of them, this counts one missed digit, since the texts contain no more information.
    """
    total = DigitCounts()
    for is_correct, group in groupby(align(true, predicted), lambda pair: _is_equal(true, predicted, *pair)):
        pairs = list(group)
        k, m = (sum(pair[side] is not None for pair in pairs) for side in (0, 1))
        if is_correct:
            total += DigitCounts(correct=k)
        else:
            missing, extra = max(k - m, 0), max(m - k, 0)
            total += DigitCounts(
                misread=min(k, m),
                missed=0 if m else missing,
                merged=missing if m else 0,
                inserted=0 if k else extra,
                split=extra if k else 0,
            )
    return total


def match_boxes(true: np.ndarray, predicted: np.ndarray) -> list[tuple[int, int]]:
    """Match boxes, float (n, 4) and (m, 4) as [left, top, right, bottom], greedily by intersection over union."""
    intersection = _intersection(true, predicted)
    union = _areas(true)[:, None] + _areas(predicted)[None, :] - intersection
    iou = intersection / np.maximum(union, 1e-9)
    pairs = []
    while iou.size and iou.max() >= MIN_IOU:
        i, j = (int(index) for index in np.unravel_index(iou.argmax(), iou.shape))
        pairs.append((i, j))
        iou[i], iou[:, j] = 0, 0
    return sorted(pairs)


def count_from_boxes(
    true: Sequence[str], true_boxes: np.ndarray, predicted: Sequence[str], predicted_boxes: np.ndarray
) -> DigitCounts:
    """Count digit errors with positions: one label and one box per digit, boxes float (n, 4) and (m, 4).

    Matched boxes are correct or misread. An unmatched true box is merged if at least half of it is inside a matched predicted
    box, otherwise missed. An unmatched predicted box is split if at least half of it is inside a matched true box, otherwise
    inserted.
    """
    pairs = match_boxes(true_boxes, predicted_boxes)
    intersection = _intersection(true_boxes, predicted_boxes)
    matched_true, matched_predicted = np.array(pairs, int).reshape(-1, 2).T
    lost = np.setdiff1d(np.arange(len(true)), matched_true)
    extra = np.setdiff1d(np.arange(len(predicted)), matched_predicted)
    contained_true = intersection[np.ix_(lost, matched_predicted)] >= MIN_CONTAINED * _areas(true_boxes)[lost, None]
    contained_predicted = intersection[np.ix_(matched_true, extra)] >= MIN_CONTAINED * _areas(predicted_boxes)[extra]
    merged, split = int(contained_true.any(1).sum()), int(contained_predicted.any(0).sum())
    correct = sum(true[i] == predicted[j] for i, j in pairs)
    return DigitCounts(correct, len(pairs) - correct, len(lost) - merged, merged, len(extra) - split, split)


def _is_equal(true: str, predicted: str, i: int | None, j: int | None) -> bool:
    return i is not None and j is not None and true[i] == predicted[j]


def _areas(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _intersection(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return the intersection areas of all pairs of boxes, float (n, m)."""
    high = np.minimum(true[:, None, 2:], predicted[None, :, 2:])
    low = np.maximum(true[:, None, :2], predicted[None, :, :2])
    return np.maximum(high - low, 0).prod(2)
