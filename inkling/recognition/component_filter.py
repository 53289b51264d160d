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

MIN_SURROUNDINGS_SIZE = 2.0
"""Components of MAX_LENGTH that reach two edges of the picture, and are this many times the typical size in both directions,
are what lies around the sheet."""

MAX_SHADOW_INK = 0.6
"""Components at an edge of the picture whose ink has at most this share of the level of others are parts of a shadow."""


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
    edges = _count_edges(components.boxes[candidates], ink.shape)
    is_typical = is_filled & (edges < 2)
    is_typical = is_typical if is_typical.any() else is_filled
    typical = typical_size(longest[candidates][is_typical] if is_typical.any() else height)
    rejected = (width >= MAX_LENGTH * typical) & (height <= MAX_LINE_THICKNESS * width)
    rejected |= (height >= MAX_LENGTH * typical) & (width <= MAX_LINE_THICKNESS * height)
    rejected |= (longest[candidates] >= max(MAX_LENGTH * typical, MIN_OUTLINE_SIZE * min(ink.shape))) & ~is_filled
    shorter = np.minimum(width, height)
    rejected |= (edges >= 2) & (longest[candidates] >= MAX_LENGTH * typical) & (shorter >= MIN_SURROUNDINGS_SIZE * typical)
    rejected |= _find_shadows(components, candidates, edges > 0, ink)
    return components, candidates[~rejected & (longest[candidates] >= MIN_SIZE * typical)]


def _count_edges(boxes: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The number of edges of a picture, (height, width), that each box, int (n, 4), reaches: int (n,)."""
    count: np.ndarray = (boxes[:, :2] <= 0).sum(1) + (boxes[:, 2:] >= (shape[1], shape[0])).sum(1)
    return count


def _find_shadows(components: ConnectedComponents, candidates: np.ndarray, at_edge: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """Which candidates are parts of shadows: bool (n,). at_edge: bool (n,), whether they reach an edge of the picture."""
    if not at_edge.any() or at_edge.all():
        return np.zeros(len(candidates), bool)
    levels = (components.sums(ink) / components.areas)[candidates]
    shadows: np.ndarray = at_edge & (levels <= MAX_SHADOW_INK * np.median(levels[~at_edge]))
    return shadows


def typical_size(sizes: np.ndarray) -> float:
    """The median of sizes, (n,), weighted by the sizes themselves, so that many small specks count for little."""
    ordered = np.sort(sizes)
    cumulative = np.cumsum(ordered)
    return float(ordered[np.searchsorted(cumulative, cumulative[-1] / 2)])
