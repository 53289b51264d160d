"""Pairs: two images in one picture, side by side or touching, as when somebody writes a number where one digit is read."""

import numpy as np

from inkling.datasets.dataset import Dataset, normalize_or_blank

CLOSEST, FARTHEST = -1.5, 8.0
"""Pixels of paper between the ink of the two, where it is nearest; below 0 they overlap."""

NARROW = 8
"""Pixels: two that are no wider, such as ones, do not touch, or they would be a thick one."""


def pairs_of(known: Dataset, count: int, rng: np.random.Generator) -> np.ndarray:
    """Pairs of a set's images, taken at random: uint8 (count, 28, 28). None whose two labels together are a label, too."""
    chosen = rng.integers(0, len(known), (count, 2))
    names = np.array(known.labels)[known.targets[chosen]]  # (count, 2)
    chosen = chosen[[left + right not in known.labels for left, right in names]]
    drawn = [_pair(_ink(known.images[left]), _ink(known.images[right]), rng) for left, right in chosen]
    return np.stack(drawn) if drawn else np.empty((0, *known.images.shape[1:]), np.uint8)


def _ink(image: np.ndarray) -> np.ndarray:
    """The bounding box of an image's ink, uint8 (rows, columns)."""
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _pair(left: np.ndarray, right: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Set the right one beside the left one, somewhat higher or lower, and normalise the two together."""
    height = max(len(left), len(right)) + 6
    tops = [rng.integers(0, height - len(ink) + 1) // 2 + (height - len(ink)) // 4 for ink in (left, right)]
    wide = max(left.shape[1], right.shape[1]) > NARROW
    shift = max(2, round(_begins(left, right, tops, height) + rng.uniform(CLOSEST if wide else 3, FARTHEST)))
    picture = np.zeros((height + 4, max(left.shape[1], shift + right.shape[1]) + 4), np.uint8)
    for ink, top, begin in ((left, tops[0], 0), (right, tops[1], shift)):
        place = picture[top + 2 : top + 2 + len(ink), begin + 2 : begin + 2 + ink.shape[1]]
        np.maximum(place, ink, out=place)
    return normalize_or_blank(255 - picture)


def _begins(left: np.ndarray, right: np.ndarray, tops: list[int], height: int) -> int:
    """The column from which on the right one's ink is beyond the left one's in every row that both have."""
    ends, starts = np.full(height, -99), np.full(height, 99)
    ends[tops[0] : tops[0] + len(left)] = np.where(left.any(1), left.shape[1] - (left[:, ::-1] > 0).argmax(1), -99)
    starts[tops[1] : tops[1] + len(right)] = np.where(right.any(1), (right > 0).argmax(1), 99)
    return int((ends - starts).max())
