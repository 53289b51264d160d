"""Detects from the layout of the components, without a network, whether a glyph is probably more than one character."""

import numpy as np

MIN_RELATIVE_HEIGHT = 0.5
"""Components of at least this share of the greatest height may be characters; lower ones are bars, dots and fragments."""

MAX_OVERLAP = 0.25
"""Characters side by side, or one above the other, overlap by at most this share of the smaller one's side."""

MAX_ASPECT_RATIO = 1.4
"""Components that together are wider than this many times their height are several characters. In text lines this also holds
for a single component: touching characters."""

MAX_LONE_ASPECT_RATIO = 1.6
"""The same for a single component where one character is expected. Of UNIPEN's digits in one component 0.3 % are wider, and
1.5 % than 1.4 times their height; the network accepts 1 % of touching pairs between these ratios."""


def has_multiple_glyphs(boxes: np.ndarray, lone_aspect_ratio: float = MAX_LONE_ASPECT_RATIO) -> bool:
    """Whether components, int (n, 4) as [left, top, right, bottom), are probably several characters.

    lone_aspect_ratio: width over height from which on a single component counts as several characters.
    """
    if len(boxes) == 1:  # most drawings
        left, top, right, bottom = boxes[0].tolist()
        return bool(right - left > lone_aspect_ratio * (bottom - top))
    sizes = boxes[:, 2:] - boxes[:, :2]  # width, height
    width, height = boxes[:, 2:].max(0) - boxes[:, :2].min(0)
    if width > MAX_ASPECT_RATIO * height:
        return True
    tall = boxes[sizes[:, 1] >= MIN_RELATIVE_HEIGHT * sizes[:, 1].max()]
    if len(tall) == 1:
        return False
    overlap = np.minimum(tall[:, None, 2:], tall[None, :, 2:]) - np.maximum(tall[:, None, :2], tall[None, :, :2])
    tall_sizes = tall[:, 2:] - tall[:, :2]
    smaller = np.minimum(tall_sizes[:, None], tall_sizes[None, :])
    return bool((overlap <= MAX_OVERLAP * smaller).any())


def mask_has_multiple_glyphs(mask: np.ndarray) -> bool:
    """Whether an empty column of a mask, bool (height, width), separates two groups of about the same height."""
    inked = np.flatnonzero(mask.any(0))
    gaps = np.flatnonzero(np.diff(inked) > 1)
    if not gaps.size:
        return False
    heights = [np.count_nonzero(group.any(1)) for group in np.split(mask, inked[gaps] + 1, axis=1)]
    return int(sum(height >= MIN_RELATIVE_HEIGHT * max(heights) for height in heights)) > 1
