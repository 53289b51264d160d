"""Written: numbers in one plain hand, as strokes on a page."""

import numpy as np

from inkling.imaging.strokes import rasterize

PEN = 0.1
"""Width of the pen in heights of a digit."""


def _arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> list[tuple[float, float]]:
    """Points of an ellipse about (x, y), clockwise in degrees from the right."""
    turns = np.radians(np.linspace(start, end, 24))
    return list(zip(x + wide * np.cos(turns), y + high * np.sin(turns), strict=True))


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
"""Strokes of each digit in a box as high as 1, y down."""


def written(text: str, gap: float = 0.25, slope: float = 0.0, wave: float = 0.0) -> list[np.ndarray]:
    """The strokes of a text of digits, in heights of a digit, a line to a line of the text.

    gap: between neighbours; slope: rise of the page from left to right; wave: how far base lines swing up and down.
    """
    strokes = []
    for row, line in enumerate(text.split("\n")):
        x = 0.0
        for character in line:
            glyph = [np.array(stroke, float) for stroke in GLYPHS[character]]
            place = np.array([x, 1.7 * row + slope * x + wave * np.sin(1.3 * x)])
            strokes += [stroke + place for stroke in glyph]
            x += max(stroke[:, 0].max() for stroke in glyph) + gap
    return strokes


def drawn(strokes: list[np.ndarray], height: float = 60, pen: float = PEN) -> np.ndarray:
    """Strokes in black on white, uint8, a digit as many pixels high as told."""
    points = np.concatenate(strokes)
    return rasterize(strokes, pen * height, float(np.ptp(points, axis=0).max()) * height)


def moved(strokes: list[np.ndarray], right: float) -> list[np.ndarray]:
    """The same strokes further to the right."""
    return [stroke + np.array([right, 0.0]) for stroke in strokes]
