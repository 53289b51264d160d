"""Synthetic pairs: two images in one picture, next to each other or touching, like a number where one digit is expected."""

import numpy as np

from inkling.datasets.dataset import Dataset, normalize_or_blank

MIN_GAP, MAX_GAP = -1.5, 8.0
"""Pixels between the ink of the two images at the closest point; below 0 they overlap."""

MIN_NARROW_GAP = 3.0
"""Minimum gap between two narrow images, such as ones, which would look like one thick stroke if they touched."""

NARROW_WIDTH = 8
"""Width, in pixels, up to which an image is narrow."""


def generate_pairs(dataset: Dataset, count: int, rng: np.random.Generator) -> np.ndarray:
    """Combine random pairs of images: uint8 (up to count, 28, 28). Pairs whose labels together are a label are left out."""
    chosen = rng.integers(0, len(dataset), (count, 2))
    labels = np.array(dataset.labels)[dataset.targets[chosen]]  # (count, 2)
    chosen = chosen[[left + right not in dataset.labels for left, right in labels]]
    images = [_combine(_crop_to_ink(dataset.images[left]), _crop_to_ink(dataset.images[right]), rng) for left, right in chosen]
    return np.stack(images) if images else np.empty((0, *dataset.images.shape[1:]), np.uint8)


def _crop_to_ink(image: np.ndarray) -> np.ndarray:
    """Return the bounding box of an image's ink, uint8 (rows, columns)."""
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _combine(left: np.ndarray, right: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Place two images next to each other, at random heights, and normalize the result."""
    height = max(len(left), len(right)) + 6
    tops = [int(rng.integers(0, height - len(ink) + 1)) // 2 + (height - len(ink)) // 4 for ink in (left, right)]
    is_wide = max(left.shape[1], right.shape[1]) > NARROW_WIDTH
    gap = rng.uniform(MIN_GAP if is_wide else MIN_NARROW_GAP, MAX_GAP)
    shift = max(2, round(_touching_shift(left, right, tops, height) + gap))
    picture = np.zeros((height + 4, max(left.shape[1], shift + right.shape[1]) + 4), np.uint8)
    for ink, top, begin in ((left, tops[0], 0), (right, tops[1], shift)):
        target = picture[top + 2 : top + 2 + len(ink), begin + 2 : begin + 2 + ink.shape[1]]
        np.maximum(target, ink, out=target)
    return normalize_or_blank(255 - picture)


def _touching_shift(left: np.ndarray, right: np.ndarray, tops: list[int], height: int) -> int:
    """Return the column of the right image at which its ink begins right of the left image's ink in every shared row."""
    ends, starts = np.full(height, -99), np.full(height, 99)
    ends[tops[0] : tops[0] + len(left)] = np.where(left.any(1), left.shape[1] - (left[:, ::-1] > 0).argmax(1), -99)
    starts[tops[1] : tops[1] + len(right)] = np.where(right.any(1), (right > 0).argmax(1), 99)
    return int((ends - starts).max())
