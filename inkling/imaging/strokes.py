"""Pen strokes -> picture: a drawing as positions of a pen, as canvases and tablets record it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from inkling.errors import BadInput, EmptyPicture, TooLarge
from inkling.limits import Limits

SIDE = 200
"""Longer side of the drawing in the rendered picture, in pixels: ten times that of the ink in an image."""

PEN = 22
"""Width of the rendered pen in pixels: a tenth of it, 2.2, is the width of a stroke in MNIST's images."""

THINNEST = 4.0
"""Its width at least, where it is told: in the image 0.4 pixels, below which a stroke gets no thinner."""

DOT = 1e-6
"""A drawing that extends less is a dot: no device tells positions apart so finely, and its scale would overflow."""

THIN_PEN = 16
"""Its width where two strokes stand side by side, and are likely two signs."""

MOST_SIGNS = 64
"""So many signs a drawing of nothing but dots is taken to be long."""

ONE_SIGN = 1.2
"""A drawing is of one sign if it is no longer than this many of its long strokes."""

FARTHEST_SIDE = 1000
"""Longer side of the picture of a drawing of many signs, in pixels, at most."""

FARTHEST = 1e6
"""No coordinate is farther from 0 than this: no tablet counts so far, and squares of it stay exact."""


@dataclass(frozen=True)
class Place:
    """Where the pixels of a picture lie among the strokes that it was drawn from, in their units.

    Pixel (x, y) is the square from `origin + pixel * (x, y)` on, `pixel` a side. pen: the width that they were drawn with.
    """

    origin: tuple[float, float]
    pixel: float
    pen: float


def check_strokes(strokes: object, limits: Limits) -> list[np.ndarray]:
    """Check strokes as JSON gives them, [[[x, y], …], …], and return one float64 (points, 2) array a stroke.

    Raises BadInput, EmptyPicture or TooLarge.
    """
    if not isinstance(strokes, list) or not all(isinstance(stroke, list) for stroke in strokes):
        raise BadInput("Expected strokes as [[[x, y], …], …]. Received something else.")
    points = sum(map(len, strokes))
    if points == 0:
        raise EmptyPicture("Expected at least one pen position. Received strokes without any.")
    if points > limits.max_points or len(strokes) > limits.max_points:
        raise TooLarge(f"Expected at most {limits.max_points:,} pen positions. Received {max(points, len(strokes)):,}.")
    return [_check_stroke(stroke) for stroke in strokes if stroke]


def check_pen(pen: object) -> float:
    """Check the width of a pen as JSON gives it, in the units of its strokes. Raises BadInput.

    No share of the drawing bounds it: of a dot, which extends nowhere, the pen is all.
    """
    if type(pen) not in (int, float) or not 0 < pen <= FARTHEST:  # NaN fails this, too
        raise BadInput(
            f"Expected pen as its width in the units of the strokes, above 0 and at most {FARTHEST:.0f}. Received {pen!r:.40}."
        )
    return float(pen)


def _check_stroke(stroke: list) -> np.ndarray:
    numbers = all(
        isinstance(point, list) and len(point) == 2 and all(type(value) in (int, float) for value in point) for point in stroke
    )
    if not numbers:
        raise BadInput("Expected every pen position as [x, y], two numbers. Received something else.")
    if not all(abs(value) <= FARTHEST for point in stroke for value in point):  # NaN fails this, too
        raise BadInput(f"Expected pen positions between -{FARTHEST:.0f} and {FARTHEST:.0f}. Received one beyond.")
    return np.array(stroke, np.float64)


def render_drawing(strokes: list[np.ndarray], pen: float | None = None) -> np.ndarray:
    """Draw strokes of one sign: uint8 (height, width).

    pen: its width in the units of the strokes, None for a tenth of the drawing. The longer side of what is inked is always
    222 pixels, that width included, so that a thick pen makes no larger a picture.
    """
    return render(strokes, *_fit_drawing(strokes, pen))


def render_writing(strokes: list[np.ndarray], pen: float | None = None) -> np.ndarray:
    """Draw strokes of any number of signs, as `render_drawing` draws those of one: uint8 (height, width).

    A sign's longer side becomes 200 pixels, as far as the picture stays within 1,000. pen: its width in the units of the
    strokes; None for a tenth of a sign, and less where few stand side by side, so that they stay as far apart as they were
    written.
    """
    return render(strokes, *_fit_writing(strokes, pen))


def place_writing(strokes: list[np.ndarray], pen: float | None = None) -> Place:
    """Where the pixels of what `render_writing` makes lie among the strokes."""
    width, side = _fit_writing(strokes, pen)
    corner, _, scale = _fit(strokes, side)
    left, top = corner - (width + 0.5) / scale  # Pillow draws (0, 0) in the middle of the first pixel
    return Place((float(left), float(top)), 1 / scale, width / scale)


def _fit_drawing(strokes: list[np.ndarray], pen: float | None) -> tuple[float, float]:
    """The pen and the side that `render` takes, for one sign."""
    extent = float(np.ptp(np.concatenate(strokes), axis=0).max())
    if pen is None or extent <= DOT:
        return PEN, SIDE
    scale = (SIDE + PEN) / (extent + pen)
    return max(THINNEST, pen * scale), extent * scale


def _fit_writing(strokes: list[np.ndarray], pen: float | None) -> tuple[float, float]:
    """The same for any number of them."""
    corners = np.array([(*stroke.min(0), *stroke.max(0)) for stroke in strokes])
    extents = (corners[:, 2:] - corners[:, :2]).max(1)
    whole = (corners[:, 2:].max(0) - corners[:, :2].min(0)).max()
    order = np.argsort(extents)
    upto = np.cumsum(extents[order])
    sign = extents[order[np.searchsorted(upto, upto[-1] / 2)]]  # half of the ink's length is in longer strokes
    sign = max(sign, whole / MOST_SIGNS)
    width = THIN_PEN if _are_apart(corners) and SIDE * whole / sign <= FARTHEST_SIDE else PEN
    if whole <= ONE_SIGN * sign:
        return (width, SIDE) if pen is None else _fit_drawing(strokes, pen)
    side = min(FARTHEST_SIDE, SIDE * whole / sign)
    width = width / SIDE * sign / whole * side if pen is None else min(side, pen / whole * side)
    return max(1, width), side


def _are_apart(corners: np.ndarray) -> bool:
    """Whether an empty column parts two high strokes, float (n, 4) as [left, top, right, bottom]."""
    heights = corners[:, 3] - corners[:, 1]
    high = corners[heights >= heights.max() / 2]
    high = high[np.argsort(high[:, 0], kind="stable")]
    return bool((high[1:, 0] > np.maximum.accumulate(high[:, 2])[:-1]).any())


def render(strokes: list[np.ndarray], pen: float = PEN, side: float = SIDE) -> np.ndarray:
    """Draw strokes, each (points, 2) as [x, y] with y down, in black on white: uint8 (height, width).

    The drawing's longer side becomes `side` pixels; `pen` is the width of the line in such pixels.
    """
    corner, extent, scale = _fit(strokes, side)
    margin = pen
    width, height = (np.ceil(extent * scale) + 2 * margin + 1).astype(int)
    return draw([(stroke - corner) * scale + margin for stroke in strokes], (int(height), int(width)), pen)


def _fit(strokes: list[np.ndarray], side: float) -> tuple[np.ndarray, np.ndarray, float]:
    """The strokes' top left corner and how far they extend, float (2,) as [x, y] in their units, and pixels a unit."""
    corner = np.min([stroke.min(0) for stroke in strokes], axis=0)
    extent = np.max([stroke.max(0) for stroke in strokes], axis=0) - corner
    return corner, extent, float(side / extent.max()) if extent.max() > DOT else 1.0


def draw(strokes: list[np.ndarray], shape: tuple[int, int], pen: float) -> np.ndarray:
    """Draw strokes, each (points, 2) as [x, y] in pixels, in black on white: uint8 of `shape`, (height, width)."""
    picture = Image.new("L", shape[::-1], 255)
    canvas = ImageDraw.Draw(picture)
    for points in strokes:
        canvas.line([tuple(point) for point in points], fill=0, width=round(pen), joint="curve")
        for x, y in (points[0], points[-1]):
            canvas.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], fill=0)
    return np.asarray(picture)
