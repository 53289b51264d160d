"""Strokes of numbers in one plain handwriting."""

import numpy as np

from inkling.imaging.strokes import rasterize

PEN_WIDTH = 0.1
"""Width of the pen, in digit heights."""


def _arc(x: float, y: float, radius_x: float, radius_y: float, start: float, end: float) -> list[tuple[float, float]]:
    """Points of an ellipse around (x, y), clockwise from `start` to `end` in degrees, 0 = right."""
    angles = np.radians(np.linspace(start, end, 24))
    return list(zip(x + radius_x * np.cos(angles), y + radius_y * np.sin(angles), strict=True))


GLYPHS = {
    "0": [_arc(0.3, 0.5, 0.3, 0.5, -90, 270)],
    "1": [[(0.1, 0.0), (0.1, 1.0)]],
    "2": [[*_arc(0.3, 0.28, 0.28, 0.28, -170, 30), (0.02, 1.0), (0.6, 1.0)]],
    "3": [[*_arc(0.25, 0.25, 0.27, 0.25, -150, 90), *_arc(0.25, 0.74, 0.31, 0.26, -90, 150)]],
    "4": [[(0.4, 0.0), (0.0, 0.65), (0.62, 0.65)], [(0.45, 0.3), (0.45, 1.0)]],
    "5": [[(0.1, 0.0), (0.07, 0.45), *_arc(0.22, 0.68, 0.33, 0.31, -120, 140)], [(0.1, 0.0), (0.55, 0.0)]],
    "6": [[(0.45, 0.0), (0.15, 0.4), *_arc(0.28, 0.72, 0.26, 0.27, 180, 540)]],
    "7": [[(0.0, 0.0), (0.58, 0.0), (0.2, 1.0)]],
    "8": [[*_arc(0.28, 0.25, 0.23, 0.25, 90, 450), *_arc(0.28, 0.75, 0.28, 0.25, -90, 270)]],
    "9": [[*_arc(0.28, 0.27, 0.26, 0.27, 0, 360), (0.52, 0.3), (0.45, 1.0)]],
}
"""Strokes of each digit, [x, y] in digit heights, y down."""


def write_digits(text: str, gap: float = 0.25, slope: float = 0.0, wave: float = 0.0) -> list[np.ndarray]:
    """The strokes of a text of digits, in digit heights; each line of the text is a line of writing.

    gap: between neighbors. slope: of the baseline. wave: amplitude of the baseline.
    """
    strokes = []
    for row, line in enumerate(text.split("\n")):
        x = 0.0
        for character in line:
            glyph = [np.array(stroke, float) for stroke in GLYPHS[character]]
            offset = np.array([x, 1.7 * row + slope * x + wave * np.sin(1.3 * x)])
            strokes += [stroke + offset for stroke in glyph]
            x += max(stroke[:, 0].max() for stroke in glyph) + gap
    return strokes


def rasterize_digits(strokes: list[np.ndarray], height: float = 60, pen_width: float = PEN_WIDTH) -> np.ndarray:
    """Rasterize strokes in black on white, uint8. height: of a digit, in pixels. pen_width: in digit heights."""
    points = np.concatenate(strokes)
    return rasterize(strokes, pen_width * height, float(np.ptp(points, axis=0).max()) * height)


def shift_strokes(strokes: list[np.ndarray], x: float) -> list[np.ndarray]:
    """The same strokes, shifted to the right."""
    return [stroke + np.array([x, 0.0]) for stroke in strokes]
