"""Several: whether writing that is taken for one sign seems to be more, told from where its parts lie, without a network."""

import numpy as np

TALL = 0.5
"""A part as high as this share of the highest may be a sign of its own; bars, points and fragments are lower."""

BESIDE = 0.25
"""Signs side by side, or one above the other, overlap by at most this share of the smaller one's side."""

WIDE = 1.4
"""A part this many times as wide as it is high is signs that touch."""


def are_several(boxes: np.ndarray) -> bool:
    """Whether parts, int (n, 4) as [left, top, right, bottom], are several signs."""
    if len(boxes) == 1:  # most drawings
        left, top, right, bottom = boxes[0].tolist()
        return right - left > WIDE * (bottom - top)
    sizes = boxes[:, 2:] - boxes[:, :2]  # width, height
    width, height = boxes[:, 2:].max(0) - boxes[:, :2].min(0)
    if width > WIDE * height:
        return True
    tall = boxes[sizes[:, 1] >= TALL * sizes[:, 1].max()]
    if len(tall) == 1:
        return False
    shared = np.minimum(tall[:, None, 2:], tall[None, :, 2:]) - np.maximum(tall[:, None, :2], tall[None, :, :2])
    sides = tall[:, 2:] - tall[:, :2]
    smaller = np.minimum(sides[:, None], sides[None, :])
    return bool((shared <= BESIDE * smaller).any())


def are_apart(solid: np.ndarray) -> bool:
    """Whether an empty column of a mask, bool (height, width), parts what is high on both of its sides."""
    inked = np.flatnonzero(solid.any(0))
    gaps = np.flatnonzero(np.diff(inked) > 1)
    if not gaps.size:
        return False
    heights = [np.count_nonzero(piece.any(1)) for piece in np.split(solid, inked[gaps] + 1, axis=1)]
    return sum(height >= TALL * max(heights) for height in heights) > 1
