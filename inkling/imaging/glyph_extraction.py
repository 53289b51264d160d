"""Glyph extraction: selects the components of the ink that are writing, not specks, frames or marks cropped by the border."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from inkling.errors import EmptyPicture
from inkling.imaging.connected_components import ConnectedComponents, label_components
from inkling.imaging.morphology import dilate

SOLID_LEVEL = 77
"""Ink level, 0.3 of 255, from which a pixel is solid and counts for bounding boxes; lower levels are soft edges of strokes."""

MAX_CELLS = 64
"""Components are found in the ink's box, reduced to at most this many cells per side; adjacent cells are connected."""

MAX_PASSES = 4
"""Maximum number of passes; each examines the remaining ink in finer cells."""

MAX_COMPONENTS = 150
"""Number of components that are considered, the largest ones; the rest are specks."""

MAX_SPECK_SIZE = 0.13
"""Components shorter than this share of the main one belong to the glyph only if they are closer to it than they are long."""

MAX_FRAGMENT_GAP = 0.35
"""Maximum gap between the glyph and a fragment, as a share of the main component's length."""

MIN_RECTANGLE_FILL = 0.85
"""Minimum share of its box that the outline of a rectangle encloses (a ring: 0.79)."""

MIN_GLYPH_SIZE = 0.015
"""Glyphs shorter than this share of the picture's shorter side, by a pixel or more, are specks."""

EDGE_MARGIN = 0.005
"""Distance from the border at which a component touches it, as a share of the side, and at least one pixel."""

MIN_CROPPED_SIDE = 24
"""Smaller pictures, in pixels, are crops of one character, whose strokes may touch the border."""


@dataclass(frozen=True)
class Glyph:
    """A character, or several, cut out of a picture's ink.

    ink: uint8 (height, width). corner: (left, top) in the picture. boxes: int (n, 4), of its components, each [left, top,
    right, bottom), in units that only these boxes share.
    """

    ink: np.ndarray
    corner: tuple[int, int]
    boxes: np.ndarray


def extract_glyph(ink: np.ndarray) -> Glyph:
    """Cut the writing out of a picture's ink, uint8 (height, width), and set everything else in its box to 0.

    The box spans all solid ink of the writing. Several characters of similar size all stay, and so do the parts of one, such as
    a bar or the pieces of a broken stroke. Raises EmptyPicture if no ink is solid.
    """
    height, width = ink.shape
    margins = [max(1, EDGE_MARGIN * side) if min(ink.shape) >= MIN_CROPPED_SIDE else -1 for side in (width, height)]
    picture_edges = [0, 0, width, height]  # left, top, right, bottom, in coordinates of the remaining ink
    left = top = 0
    for _ in range(MAX_PASSES):
        solid = ink >= SOLID_LEVEL
        rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
        if not rows.size:
            raise EmptyPicture("The picture is blank: no strokes stand out from the background.")
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        ink, solid = ink[box], solid[box]
        left, top = left + int(columns[0]), top + int(rows[0])
        picture_edges = [edge - (columns[0], rows[0])[side % 2] for side, edge in enumerate(picture_edges)]
        factor = -(-max(ink.shape) // MAX_CELLS)
        if factor > 1:
            solid = np.asarray(Image.fromarray(solid * np.uint8(255)).reduce(factor)) > 0
        components = label_components(solid)
        if len(components) == 1:
            boxes = np.array([[0, 0, *solid.shape[::-1]]])
            break
        ink_edges = (0, 0, ink.shape[1], ink.shape[0])
        at_edge = np.array([abs(ink_edges[side] - picture_edges[side]) <= margins[side % 2] for side in range(4)])
        selected = select_components(components, at_edge)
        boxes = components.boxes[selected]
        if selected.all():
            break
        cells = dilate(components.mask(selected))
        pixels = np.repeat(np.repeat(cells, factor, 0), factor, 1)[: ink.shape[0], : ink.shape[1]]
        ink = np.where(pixels, ink, 0)
    if max(ink.shape) < MIN_GLYPH_SIZE * min(height, width) - 1:
        raise EmptyPicture("The picture holds only specks, no strokes. Draw or write larger.")
    return Glyph(ink, (left, top), boxes)


def select_components(components: ConnectedComponents, at_edge: np.ndarray) -> np.ndarray:
    """Decide which components are writing: bool (n,).

    at_edge: bool (4,), whether the left, top, right and bottom of the mask are those of the picture.
    """
    boxes = components.boxes
    height, width = components.shape
    sizes = boxes[:, 2:] - boxes[:, :2]  # width, height
    longest = sizes.max(1)
    is_cropped = ((boxes == (0, 0, width, height)) & at_edge).any(axis=1)
    is_candidate = np.zeros(len(components), bool)
    is_candidate[np.argsort(-components.areas, kind="stable")[:MAX_COMPONENTS]] = True
    is_candidate &= ~find_rectangles(components)  # never all of them: a rectangle encloses another component
    main = _find_main(components, is_candidate, is_cropped)
    if not is_cropped[main]:
        is_near = _gaps(boxes, boxes[main]) <= 0.05 * longest[main]
        is_candidate &= ~is_cropped | (is_near & (longest < longest[main] / 2))
    selected: np.ndarray = is_candidate & (longest >= longest[main] / 2)
    selected[main] = True
    fragments = is_candidate & ~selected
    max_gaps = np.where(longest < MAX_SPECK_SIZE * longest[main], 0.7 * longest, MAX_FRAGMENT_GAP * longest[main])
    while fragments.any():  # a broken stroke continues from piece to piece
        gaps = np.min([_gaps(boxes, box) for box in boxes[selected]], axis=0)
        joined = fragments & (gaps <= max_gaps)
        if not joined.any():
            break
        selected |= joined
        fragments &= ~joined
    return selected


def find_rectangles(components: ConnectedComponents, max_count: int = 3, min_content_size: float = 0.3) -> np.ndarray:
    """Find the outlines of rectangles that enclose something: bool (n,).

    max_count: number of components that are examined, the largest ones. min_content_size: minimum size of the enclosed
    component as a share of the outline's size.
    """
    is_rectangle = np.zeros(len(components), bool)
    boxes = components.boxes
    sizes = boxes[:, 2:] - boxes[:, :2]
    for index in np.argsort(-sizes.min(1), kind="stable")[:max_count]:
        left, top, right, bottom = boxes[index]
        is_inside = (boxes[:, :2] > (left, top)).all(axis=1) & (boxes[:, 2:] < (right, bottom)).all(axis=1)
        if not (is_inside & (sizes >= min_content_size * sizes[index]).any(1)).any():
            continue
        runs = components.labels == index
        first, last = np.full(bottom - top, right), np.full(bottom - top, left)
        np.minimum.at(first, components.rows[runs] - top, components.starts[runs])
        np.maximum.at(last, components.rows[runs] - top, components.ends[runs])
        box_area = (right - left) * (bottom - top)
        fill = np.maximum(last - first, 0).sum() / box_area
        is_rectangle[index] = fill >= MIN_RECTANGLE_FILL and components.areas[index] <= 0.5 * box_area
    return is_rectangle


def _find_main(components: ConnectedComponents, is_candidate: np.ndarray, is_cropped: np.ndarray) -> int:
    """The component with the most ink.

    One that the picture's border crops counts only if it reaches the middle, or if nothing else is large.
    """
    areas = np.where(is_candidate, components.areas, 0)
    main = int(areas.argmax())
    if not is_cropped[main]:
        return main
    height, width = components.shape
    middle = np.zeros(components.shape)
    middle[height // 4 : height - height // 4, width // 4 : width - width // 4] = 1
    inner = components.sums(middle)
    if inner[main] > 0.1 * areas[main]:
        return main
    complete_areas = np.where(is_cropped, 0, areas)
    other = int(complete_areas.argmax())
    longest = (components.boxes[other, 2:] - components.boxes[other, :2]).max()
    return other if complete_areas[other] and longest >= 0.15 * min(height, width) else main


def _gaps(boxes: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Distance of each box, (n, 4), from one box: the larger of the horizontal and the vertical gap, (n,)."""
    gaps: np.ndarray = np.maximum(np.maximum(boxes[:, :2] - box[2:], box[:2] - boxes[:, 2:]), 0).max(1)
    return gaps
