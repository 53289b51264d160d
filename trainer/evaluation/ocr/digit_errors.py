"""Counts: what became of the digits of a number when it was read, from the two texts or from boxes in the picture.

Either way every digit that is there is right, misread, missed or merged, and every digit that was read is right, misread,
invented or split: of n digits and m that were read, n = right + misread + missed + merged and m = right + misread + invented
+ split.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

import numpy as np

SAME = 0.1
"""Boxes with less than this overlap, intersection over union, are of different digits: half of a digit has 0.5."""

WITHIN = 0.5
"""Share of a box's area from which on it lies within another."""


@dataclass(frozen=True)
class Counts:
    """Digits by what became of them.

    right, misread: found, and read as what they are or as another. missed: not found. merged: read together with a neighbour,
    so that one digit was read where there are several (three as one are two). invented: read where there is none. split: a
    part of a digit that was read as a further one.
    """

    right: int = 0
    misread: int = 0
    missed: int = 0
    merged: int = 0
    invented: int = 0
    split: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(mine + theirs for mine, theirs in zip(asdict(self).values(), asdict(other).values(), strict=True)))


def align(true: Sequence, read: Sequence) -> list[tuple[int | None, int | None]]:
    """Positions of what corresponds in two sequences, with None where one of them lacks it, by the fewest edits.

    An edit inserts, deletes or replaces (Levenshtein 1966). Of equally short ways the one that replaces, rather than deletes
    and inserts, from the end on.
    """
    cost = np.zeros((len(true) + 1, len(read) + 1), np.int64)
    cost[:, 0], cost[0] = np.arange(len(true) + 1), np.arange(len(read) + 1)
    for i, wanted in enumerate(true, 1):
        for j, found in enumerate(read, 1):
            cost[i, j] = min(cost[i - 1, j - 1] + (wanted != found), cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    i, j = len(true), len(read)
    pairs: list[tuple[int | None, int | None]] = []
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + (true[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def edits(true: Sequence, read: Sequence) -> int:
    """How many edits turn one sequence into the other, at least."""
    return sum(i is None or j is None or true[i] != read[j] for i, j in align(true, read))


def from_texts(true: str, read: str) -> Counts:
    """Counts where nobody knows the places of the digits, from the fewest edits between the texts of two lines.

    Between digits that are right, k true ones stand where m were read. The lesser of the two is misread. Of what is over, true
    ones are merged, or missed where m is 0; read ones are split, or invented where k is 0. So two digits that were read
    as one of the two count as one missed: the texts do not tell.
    """
    total = Counts()
    for right, run in groupby(align(true, read), lambda pair: None not in pair and true[pair[0]] == read[pair[1]]):
        pairs = list(run)
        k, m = (sum(pair[side] is not None for pair in pairs) for side in (0, 1))
        if right:
            total += Counts(right=k)
        else:
            less, over, extra = min(k, m), max(k - m, 0), max(m - k, 0)
            total += Counts(
                misread=less,
                missed=0 if m else over,
                merged=over if m else 0,
                invented=0 if k else extra,
                split=extra if k else 0,
            )
    return total


def match(true: np.ndarray, read: np.ndarray) -> list[tuple[int, int]]:
    """Which boxes, float (n, 4) and (m, 4) as [left, top, right, bottom], are of one digit: those that overlap most first."""
    common = _common(true, read)
    either = _areas(true)[:, None] + _areas(read)[None, :] - common
    overlap = common / np.maximum(either, 1e-9)
    pairs = []
    while overlap.size and overlap.max() >= SAME:
        i, j = (int(place) for place in np.unravel_index(overlap.argmax(), overlap.shape))
        pairs.append((i, j))
        overlap[i], overlap[:, j] = 0, 0
    return sorted(pairs)


def from_boxes(true: Sequence[str], true_boxes: np.ndarray, read: Sequence[str], read_boxes: np.ndarray) -> Counts:
    """Counts where the places of the digits are known: boxes float (n, 4) and (m, 4), one for each character.

    Boxes that match are right or misread. Of the others a true one is merged if at least half of it lies within a read one that
    matches another, else missed; a read one is split if at least half of it lies within a true one that does, else invented.
    """
    pairs = match(true_boxes, read_boxes)
    common = _common(true_boxes, read_boxes)
    found, used = [i for i, _ in pairs], [j for _, j in pairs]
    lost = np.setdiff1d(np.arange(len(true)), found)
    extra = np.setdiff1d(np.arange(len(read)), used)
    merged = int((common[np.ix_(lost, used)] >= WITHIN * _areas(true_boxes)[lost, None]).any(1).sum())
    split = int((common[np.ix_(found, extra)] >= WITHIN * _areas(read_boxes)[extra]).any(0).sum())
    right = sum(true[i] == read[j] for i, j in pairs)
    return Counts(right, len(pairs) - right, len(lost) - merged, merged, len(extra) - split, split)


def _areas(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _common(true: np.ndarray, read: np.ndarray) -> np.ndarray:
    """Area, float (n, m), that each two boxes have in common."""
    far = np.minimum(true[:, None, 2:], read[None, :, 2:])
    near = np.maximum(true[:, None, :2], read[None, :, :2])
    return np.maximum(far - near, 0).prod(2)
