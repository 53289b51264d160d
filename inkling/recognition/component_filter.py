"""Signs: the ink's connected parts, and which of them may be writing."""

import numpy as np

from inkling.imaging.connected_components import Parts, find_parts
from inkling.imaging.glyph_extraction import DUST, SOLID_LEVEL, find_frames

MOST_FOR_EACH = 4
"""Parts that are looked at for each digit that may be read, the largest ones: the others are specks."""

SPECK = 0.08
"""A part shorter than this share of the writing's size is a speck."""

LONG = 3.5
"""A part this many times as high as the writing, or this flat and long, is a rule."""

FLAT = 0.12
"""Height of a rule as a share of its length, at most."""

FRAMES, HELD = 40, 0.08
"""Parts that are looked at as outlines of rectangles, the largest ones, and what these hold, as a share of their sides."""

HOLLOW, LARGE = 0.12, 0.5
"""What is LONG, fills less than this share of its box, and is LARGE beside the picture's shorter side, is the outline of
something, such as a sheet."""


def find_signs(ink: np.ndarray, max_digits: int) -> tuple[Parts, np.ndarray]:
    """The parts of a picture's solid ink, uint8 (height, width), and the indices of those that may be writing, int (n,)."""
    parts = find_parts(ink >= SOLID_LEVEL)
    if not len(parts):
        return parts, np.empty(0, np.intp)
    sizes = parts.boxes[:, 2:] - parts.boxes[:, :2]  # width, height
    longest = sizes.max(1)
    kept = longest >= DUST * min(ink.shape) - 1
    kept &= ~find_frames(parts, FRAMES, HELD)
    chosen = np.flatnonzero(kept)
    most = MOST_FOR_EACH * max_digits
    if len(chosen) > most:
        chosen = np.sort(chosen[np.argsort(-parts.areas[chosen], kind="stable")[:most]])
    if not len(chosen):
        return parts, chosen
    wide, high = sizes[chosen].T
    full = parts.areas[chosen] >= HOLLOW * wide * high
    typical = typical_size(longest[chosen][full] if full.any() else high)
    rule = (wide >= LONG * typical) & (high <= FLAT * wide) | (high >= LONG * typical) & (wide <= FLAT * high)
    rule |= (longest[chosen] >= max(LONG * typical, LARGE * min(ink.shape))) & ~full
    return parts, chosen[~rule & (longest[chosen] >= SPECK * typical)]


def typical_size(sizes: np.ndarray) -> float:
    """The size, of int (n,), that half of all sizes' sum is in or below: specks, however many, weigh little."""
    order = np.sort(sizes)
    upto = np.cumsum(order)
    return float(order[np.searchsorted(upto, upto[-1] / 2)])
