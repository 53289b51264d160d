"""Sign: which parts of the ink are writing, and which are specks, frames or what the picture's edge cut off."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from inkling.errors import EmptyPicture
from inkling.imaging.connected_components import Parts, find_parts, grown

SOLID_LEVEL = 77
"""Ink from this level on, 0.3 of the darkest, spans the bounding box; less is the soft edge of a stroke."""

CELLS = 64
"""Parts are looked for in the ink's box reduced to at most this many cells a side: what no empty cell parts is one."""

ROUNDS = 4
"""How often what is left is looked at again, in finer cells."""

MOST = 150
"""Parts that are weighed, the largest ones: the others are specks."""

SPECK = 0.13
"""A part shorter than this share of the main one is a speck, unless it is nearer to what is kept than it is long."""

FAR = 0.35
"""A part less than half as long as the main one belongs to it where the gap is at most this share of the main one's length."""

RECTANGLE = 0.85
"""Share of its box that a frame's outline encloses, at least (a ring: 0.79)."""

DUST = 0.015
"""What is shorter than this share of the picture's shorter side, by a pixel or more, is a speck, and no writing."""

RIM = 0.005
"""A part touches the picture's edge if it comes as near as this share of the side, or to the last pixel."""

SMALLEST = 24
"""Smaller pictures are crops of one sign, whose strokes may well touch their edges."""


@dataclass(frozen=True)
class Sign:
    """Writing cut out of a picture's ink.

    ink: uint8 (height, width); corner: its (left, top) in the picture; boxes: of its parts, int (n, 4), each [left, top,
    right, bottom) in cells of any one size.
    """

    ink: np.ndarray
    corner: tuple[int, int]
    boxes: np.ndarray


def find_sign(ink: np.ndarray) -> np.ndarray:
    """Cut the writing out of a picture's ink, uint8 (height, width): the ink in its box, all that is no writing set to 0.

    The box spans all solid ink of the writing. Several signs of like size all stay, and so do the parts of one: a bar, or the
    pieces of a broken stroke. Raises EmptyPicture where nothing is solid.
    """
    return look_for_sign(ink).ink


def look_for_sign(ink: np.ndarray) -> Sign:
    """What `find_sign` gives, and where it lies. Raises EmptyPicture."""
    height, width = ink.shape
    reach = [max(1, RIM * side) if min(ink.shape) >= SMALLEST else -1 for side in (width, height)]
    far = [0, 0, width, height]  # the picture's edges, as seen from the ink's
    left = top = 0
    for _ in range(ROUNDS):
        solid = ink >= SOLID_LEVEL
        rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
        if not rows.size:
            raise EmptyPicture("Expected ink on paper. Received a picture in which nothing stands out.")
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        ink, solid = ink[box], solid[box]
        left, top = left + int(columns[0]), top + int(rows[0])
        far = [side - (columns[0], rows[0])[axis % 2] for axis, side in enumerate(far)]
        factor = -(-max(ink.shape) // CELLS)
        if factor > 1:
            solid = np.asarray(Image.fromarray(solid * np.uint8(255)).reduce(factor)) > 0
        parts = find_parts(solid)
        if len(parts) == 1:
            boxes = np.array([[0, 0, *solid.shape[::-1]]])
            break
        boxes = parts.boxes
        ends = (0, 0, ink.shape[1], ink.shape[0])
        at_edge = np.array([abs(ends[side] - far[side]) <= reach[side % 2] for side in range(4)])
        kept = choose(parts, at_edge)
        boxes = boxes[kept]
        if kept.all():
            break
        cells = grown(parts.mask(kept))
        pixels = np.repeat(np.repeat(cells, factor, 0), factor, 1)[: ink.shape[0], : ink.shape[1]]
        ink = np.where(pixels, ink, 0)
    if max(ink.shape) < DUST * min(height, width) - 1:
        raise EmptyPicture("Expected writing on paper. Received a picture that holds specks alone.")
    return Sign(ink, (left, top), boxes)


def choose(parts: Parts, at_edge: np.ndarray) -> np.ndarray:
    """Which parts are writing: bool (n,). at_edge: bool (4,), whether the mask's left, top, right, bottom are the picture's."""
    boxes = parts.boxes
    height, width = parts.shape
    sizes = boxes[:, 2:] - boxes[:, :2]  # width, height
    longest = sizes.max(1)
    cut = ((boxes == (0, 0, width, height)) & at_edge).any(1)
    weighed = np.zeros(len(parts), bool)
    weighed[np.argsort(-parts.areas, kind="stable")[:MOST]] = True
    weighed &= ~find_frames(parts)
    if not weighed.any():
        return np.ones(len(parts), bool)
    main = _main(parts, weighed, cut)
    if not cut[main]:
        near = _gaps(boxes, boxes[main]) <= 0.05 * longest[main]
        weighed &= ~cut | (near & (longest < longest[main] / 2))
    kept = weighed & (longest >= longest[main] / 2)
    kept[main] = True
    fragments = weighed & ~kept
    reach = np.where(longest < SPECK * longest[main], 0.7 * longest, FAR * longest[main])
    while fragments.any():  # a broken stroke goes on from piece to piece
        gaps = np.min([_gaps(boxes, box) for box in boxes[kept]], axis=0)
        joined = fragments & (gaps <= reach)
        if not joined.any():
            break
        kept |= joined
        fragments &= ~joined
    return kept


def _main(parts: Parts, weighed: np.ndarray, cut: np.ndarray) -> int:
    """The part with the most ink; one that the picture's edge cuts only if it comes to the middle or nothing else is large."""
    areas = np.where(weighed, parts.areas, 0)
    main = int(areas.argmax())
    if not cut[main]:
        return main
    height, width = parts.shape
    middle = np.zeros(parts.shape)
    middle[height // 4 : height - height // 4, width // 4 : width - width // 4] = 1
    inner = parts.sums(middle)
    if inner[main] > 0.1 * areas[main]:
        return main
    whole = np.where(cut, 0, areas)
    other = int(whole.argmax())
    long = (parts.boxes[other, 2:] - parts.boxes[other, :2]).max()
    return other if whole[other] and long >= 0.15 * min(height, width) else main


def find_frames(parts: Parts, most: int = 3, held: float = 0.3) -> np.ndarray:
    """Which of the `most` largest parts are outlines of rectangles that hold something: bool (n,).

    held: how large that is, at least, as a share of the outline's own size.
    """
    frames = np.zeros(len(parts), bool)
    boxes = parts.boxes
    sizes = boxes[:, 2:] - boxes[:, :2]
    for part in np.argsort(-sizes.min(1), kind="stable")[:most]:
        left, top, right, bottom = boxes[part]
        inside = (boxes[:, :2] > (left, top)).all(1) & (boxes[:, 2:] < (right, bottom)).all(1)
        if not (inside & (sizes >= held * sizes[part]).any(1)).any():
            continue
        runs = parts.labels == part
        first, last = np.full(bottom - top, right), np.full(bottom - top, left)
        np.minimum.at(first, parts.rows[runs] - top, parts.starts[runs])
        np.maximum.at(last, parts.rows[runs] - top, parts.ends[runs])
        spanned = np.maximum(last - first, 0).sum() / ((right - left) * (bottom - top))
        frames[part] = spanned >= RECTANGLE and parts.areas[part] <= 0.5 * (right - left) * (bottom - top)
    return frames


def _gaps(boxes: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Distance of each box, (n, 4), from one box: the wider of the gaps beside and above, (n,)."""
    return np.maximum(np.maximum(boxes[:, :2] - box[2:], box[:2] - boxes[:, 2:]), 0).max(1)
