"""Rasterization of pen strokes: the pen positions recorded by canvases and tablets, as a black-on-white picture.

Strokes are arrays, float64 (points, 2), of [x, y] with y down, in any unit.
"""

from dataclasses import dataclass
from reprlib import repr as short_repr

import numpy as np
from PIL import Image, ImageDraw

from inkling.errors import EmptyPicture, InvalidInput, TooLarge
from inkling.limits import Limits

DRAWING_SIDE = 200
"""Longer side of the pen's path in the picture, in pixels: ten times that of the glyph in an image."""

PEN_WIDTH = 22
"""Default width of the pen in the picture, in pixels; a tenth of it, 2.2, is the width of a stroke in MNIST's images."""

MIN_PEN_WIDTH = 4.0
"""Minimum width of a given pen in pixels: 0.4 in the image, below which a stroke gets no thinner."""

THIN_PEN_WIDTH = 16
"""Default width of the pen in pixels if two strokes stand side by side and are probably two characters."""

MIN_EXTENT = 1e-6
"""A drawing with a smaller extent is a dot: no device resolves positions that finely, and its scale would overflow."""

MAX_LINE_CHARACTERS = 64
"""Maximum length of a line in characters, from which their size is estimated if the line consists of dots."""

MAX_CHARACTER_ASPECT = 1.2
"""A drawing no longer than this many of its long strokes is one character."""

MAX_LINE_SIDE = 1000
"""Maximum longer side in pixels of the picture of a line of characters."""

MAX_COORDINATE = 1e6
"""Maximum absolute value of a coordinate: beyond any tablet's, and small enough for squares to stay exact."""


@dataclass(frozen=True)
class PixelTransform:
    """Maps pixels of a rasterized picture to the units of its strokes.

    Pixel (x, y) is the square with sides `pixel_size` whose top left corner is `origin + pixel_size * (x, y)`. pen_width: that
    of the drawn strokes.
    """

    origin: tuple[float, float]
    pixel_size: float
    pen_width: float


def parse_strokes(strokes: object, limits: Limits) -> list[np.ndarray]:
    """Parse strokes from JSON, [[[x, y], ...], ...]: one float64 (points, 2) array per stroke; empty strokes are skipped.

    Raises InvalidInput, EmptyPicture or TooLarge.
    """
    if not isinstance(strokes, list) or not all(isinstance(stroke, list) for stroke in strokes):
        raise InvalidInput("Expected strokes as [[[x, y], …], …]: a list of strokes, each a list of points.")
    points = sum(map(len, strokes))
    if points == 0:
        raise EmptyPicture("The drawing is empty. Send at least one point.")
    if points > limits.max_points or len(strokes) > limits.max_points:
        raise TooLarge(f"The drawing has {max(points, len(strokes)):,} points. At most {limits.max_points:,} are allowed.")
    return [_parse_stroke(stroke) for stroke in strokes if stroke]


def parse_pen_width(pen: object) -> float:
    """Parse the width of a pen from JSON, in the units of its strokes. Raises InvalidInput.

    The drawing's extent is no bound: of a dot, which has none, only the pen is visible.
    """
    if isinstance(pen, bool) or not isinstance(pen, (int, float)) or not 0 < pen <= MAX_COORDINATE:  # rejects NaN, too
        raise InvalidInput(
            "Expected pen as its width in the units of the strokes, above 0 and at most "
            f"{MAX_COORDINATE:.0f}, got {short_repr(pen):.40}."
        )
    return float(pen)


def _parse_stroke(stroke: list[object]) -> np.ndarray:
    points: list[list[float]] = []
    for point in stroke:
        if not (isinstance(point, list) and len(point) == 2 and all(type(value) in (int, float) for value in point)):
            raise InvalidInput("Expected every point as [x, y], two numbers.")
        points.append(point)
    if not all(abs(value) <= MAX_COORDINATE for point in points for value in point):  # rejects NaN, too
        raise InvalidInput(
            f"A coordinate is out of range. Coordinates are allowed from -{MAX_COORDINATE:.0f} to {MAX_COORDINATE:.0f}."
        )
    return np.array(points, np.float64)


def rasterize_character(strokes: list[np.ndarray], pen: float | None = None) -> np.ndarray:
    """Rasterize the strokes of one character: uint8 (height, width).

    pen: its width in the units of the strokes, None for a tenth of the drawing. The longer side of the ink, pen included, is
    always 222 pixels, so a thick pen does not enlarge the picture.
    """
    return rasterize(strokes, *_character_size(strokes, pen))


def rasterize_line(strokes: list[np.ndarray], pen: float | None = None) -> np.ndarray:
    """Rasterize the strokes of any number of characters: uint8 (height, width).

    The longer side of a character is 200 pixels, or less if the picture would exceed 1,000. pen: its width in the units of the
    strokes; None for a tenth of a character, and less for few characters side by side, to preserve the gaps between them.
    """
    return rasterize(strokes, *_line_size(strokes, pen))


def line_transform(strokes: list[np.ndarray], pen: float | None = None) -> PixelTransform:
    """The transform from pixels of the picture made by `rasterize_line` to the units of the strokes."""
    pen_width, side = _line_size(strokes, pen)
    corner, _, scale = _fit(strokes, side)
    left, top = corner - (pen_width + 0.5) / scale  # Pillow draws (0, 0) at the center of the first pixel
    return PixelTransform((float(left), float(top)), 1 / scale, pen_width / scale)


def rasterize(strokes: list[np.ndarray], pen_width: float = PEN_WIDTH, side: float = DRAWING_SIDE) -> np.ndarray:
    """Rasterize strokes in black on white, with a margin of the pen's width: uint8 (height, width).

    side: longer side of the pen's path, pen_width: width of the pen, both in pixels.
    """
    corner, extent, scale = _fit(strokes, side)
    width, height = (np.ceil(extent * scale) + 2 * pen_width + 1).astype(int)
    return draw_strokes([(stroke - corner) * scale + pen_width for stroke in strokes], (int(height), int(width)), pen_width)


def draw_strokes(strokes: list[np.ndarray], shape: tuple[int, int], pen_width: float) -> np.ndarray:
    """Draw strokes given in pixels in black on white: uint8 of `shape`, (height, width)."""
    picture = Image.new("L", shape[::-1], 255)
    canvas = ImageDraw.Draw(picture)
    radius = pen_width / 2
    for points in strokes:
        canvas.line([tuple(point) for point in points], fill=0, width=round(pen_width), joint="curve")
        for x, y in (points[0], points[-1]):
            canvas.ellipse([x - radius, y - radius, x + radius, y + radius], fill=0)
    return np.asarray(picture)


def _character_size(strokes: list[np.ndarray], pen: float | None) -> tuple[float, float]:
    """Pen width and side in pixels for one character."""
    extent = float(np.ptp(np.concatenate(strokes), axis=0).max())
    if pen is None or extent <= MIN_EXTENT:
        return PEN_WIDTH, DRAWING_SIDE
    scale = (DRAWING_SIDE + PEN_WIDTH) / (extent + pen)
    return max(MIN_PEN_WIDTH, pen * scale), extent * scale


def _line_size(strokes: list[np.ndarray], pen: float | None) -> tuple[float, float]:
    """Pen width and side in pixels for any number of characters."""
    boxes = np.array([(*stroke.min(0), *stroke.max(0)) for stroke in strokes])
    extents = (boxes[:, 2:] - boxes[:, :2]).max(1)
    line_extent = (boxes[:, 2:].max(0) - boxes[:, :2].min(0)).max()
    order = np.argsort(extents)
    cumulative = np.cumsum(extents[order])
    character = extents[order[np.searchsorted(cumulative, cumulative[-1] / 2)]]  # median extent, weighted by the extent
    character = max(character, line_extent / MAX_LINE_CHARACTERS)
    is_thin = _has_gap(boxes) and DRAWING_SIDE * line_extent / character <= MAX_LINE_SIDE  # without a gap, both may be 0
    pen_width: float = THIN_PEN_WIDTH if is_thin else PEN_WIDTH
    if line_extent <= MAX_CHARACTER_ASPECT * character:
        return (pen_width, DRAWING_SIDE) if pen is None else _character_size(strokes, pen)
    side = min(MAX_LINE_SIDE, DRAWING_SIDE * line_extent / character)
    if pen is None:
        pen_width = pen_width / DRAWING_SIDE * character / line_extent * side
    else:
        pen_width = min(side, pen / line_extent * side)
    return max(1, pen_width), side


def _has_gap(boxes: np.ndarray) -> bool:
    """Whether an empty column separates two tall strokes, boxes float (n, 4) as [left, top, right, bottom]."""
    heights = boxes[:, 3] - boxes[:, 1]
    tall = boxes[heights >= heights.max() / 2]
    tall = tall[np.argsort(tall[:, 0], kind="stable")]
    return bool((tall[1:, 0] > np.maximum.accumulate(tall[:, 2])[:-1]).any())


def _fit(strokes: list[np.ndarray], side: float) -> tuple[np.ndarray, np.ndarray, float]:
    """The strokes' top left corner and extent, float (2,) as [x, y] in their units, and pixels per unit."""
    corner = np.min([stroke.min(0) for stroke in strokes], axis=0)
    extent = np.max([stroke.max(0) for stroke in strokes], axis=0) - corner
    return corner, extent, float(side / extent.max()) if extent.max() > MIN_EXTENT else 1.0
