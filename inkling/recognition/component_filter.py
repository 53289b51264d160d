"""Selection of the connected components that may be writing."""

import numpy as np

from inkling.imaging.connected_components import ConnectedComponents, label_components
from inkling.imaging.glyph_extraction import MIN_GLYPH_SIZE, SOLID_LEVEL, find_rectangles

COMPONENTS_PER_DIGIT = 4
"""Largest components examined for each digit that may be read; the rest are specks."""

MIN_SIZE = 0.08
"""Components shorter than this share of the typical size are specks."""

MAX_LENGTH = 3.5
"""Components this many times the typical size in one direction, and flat in the other, are ruled lines."""

MAX_LINE_THICKNESS = 0.12
"""Maximum thickness of a ruled line as a share of its length."""

MAX_RECTANGLES, MIN_CONTENT_SIZE = 40, 0.08
"""Largest components examined as outlines of rectangles, and the minimum size of their content as a share of their own."""

MIN_FILL, MIN_OUTLINE_SIZE = 0.12, 0.5
"""Components that fill less than MIN_FILL of their box and are longer than MIN_OUTLINE_SIZE of the picture's shorter side are
outlines, such as the edge of a sheet."""


def filter_components(ink: np.ndarray, max_digits: int) -> tuple[ConnectedComponents, np.ndarray]:
    """Label the solid ink of a picture, uint8 (height, width), and find the components that may be writing.

    Returns the components and the indices, int (n,), of those that may be writing.
    """
    components = label_components(ink >= SOLID_LEVEL)
    if not len(components):
        return components, np.empty(0, np.intp)
    sizes = components.boxes[:, 2:] - components.boxes[:, :2]  # width, height
    longest = sizes.max(1)
    is_writing = longest >= MIN_GLYPH_SIZE * min(ink.shape) - 1
    is_writing &= ~find_rectangles(components, MAX_RECTANGLES, MIN_CONTENT_SIZE)
    candidates = np.flatnonzero(is_writing)
    max_components = COMPONENTS_PER_DIGIT * max_digits
    if len(candidates) > max_components:
        by_area = np.argsort(-components.areas[candidates], kind="stable")
        candidates = np.sort(candidates[by_area[:max_components]])
    if not len(candidates):
        return components, candidates
    width, height = sizes[candidates].T
    is_filled = components.areas[candidates] >= MIN_FILL * width * height
    typical = typical_size(longest[candidates][is_filled] if is_filled.any() else height)
    rejected = (width >= MAX_LENGTH * typical) & (height <= MAX_LINE_THICKNESS * width)
    rejected |= (height >= MAX_LENGTH * typical) & (width <= MAX_LINE_THICKNESS * height)
    rejected |= (longest[candidates] >= max(MAX_LENGTH * typical, MIN_OUTLINE_SIZE * min(ink.shape))) & ~is_filled
    return components, candidates[~rejected & (longest[candidates] >= MIN_SIZE * typical)]


def typical_size(sizes: np.ndarray) -> float:
    """The median of sizes, (n,), weighted by the sizes themselves, so that many small specks count for little."""
    ordered = np.sort(sizes)
    cumulative = np.cumsum(ordered)
    return float(ordered[np.searchsorted(cumulative, cumulative[-1] / 2)])
