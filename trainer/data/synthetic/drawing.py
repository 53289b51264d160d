"""Building blocks of synthetic drawings: curves in the square from -1 to 1, y down, and their images."""

from collections.abc import Callable

import numpy as np

from inkling.errors import EmptyPicture
from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize

Strokes = list[np.ndarray]
"""The strokes of a drawing, each float64 (points, 2) as [x, y]."""

PEN_WIDTHS = 10.0, 34.0
"""Range of pen widths, in pixels, for a drawing that is rasterized at 200 pixels: 0.5 to 1.5 times that of MNIST."""

POINTS_PER_SEGMENT = 8
"""Points per straight segment, so that `perturb` can bend it."""


def line(*corners: tuple[float, float]) -> np.ndarray:
    """Return a polyline through the corners."""
    steps = np.arange((len(corners) - 1) * POINTS_PER_SEGMENT + 1) / POINTS_PER_SEGMENT
    x, y = np.array(corners, np.float64).T
    return np.column_stack([np.interp(steps, np.arange(len(corners)), each) for each in (x, y)])


def arc(x: float, y: float, x_radius: float, y_radius: float, begin: float = 0.0, end: float = 1.0) -> np.ndarray:
    """Return part of an ellipse around (x, y). begin, end: in turns from its right end, clockwise on the screen."""
    angle = 2 * np.pi * np.linspace(begin, end, 40)
    return np.column_stack([x + x_radius * np.cos(angle), y + y_radius * np.sin(angle)])


def smooth(corners: np.ndarray) -> np.ndarray:
    """Return a curve along corners, float (n, 2), by cutting them three times (Chaikin 1974)."""
    for _ in range(3):
        near, far = corners[:-1], corners[1:]
        cut = np.stack([0.75 * near + 0.25 * far, 0.25 * near + 0.75 * far], 1)  # (n - 1, 2, 2)
        corners = cut.reshape(-1, 2)  # -> (2 n - 2, 2)
    return corners


def rotate(strokes: Strokes, angle: float) -> Strokes:
    """Rotate strokes by an angle in radians."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return [stroke @ np.array([[cosine, sine], [-sine, cosine]]) for stroke in strokes]


def perturb(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Rotate, scale, slant and bend strokes slightly, as if drawn by hand."""
    scale = np.array([[rng.uniform(0.75, 1.3), 0.0], [rng.uniform(-0.2, 0.2), rng.uniform(0.75, 1.3)]])
    amplitude, frequency, phase = rng.uniform(0, 0.07, 2), rng.uniform(2, 5, 2), rng.uniform(0, 2 * np.pi, 2)
    rotated = rotate([stroke @ scale for stroke in strokes], rng.normal(0, 0.12))
    return [stroke + amplitude * np.sin(frequency * stroke[:, ::-1] + phase) for stroke in rotated]


def draw_images(draw: Callable[[np.random.Generator], Strokes], count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw and normalize images with random pen widths: uint8 (count, 28, 28), count at least 1. Empty ones are redrawn."""
    images: list[np.ndarray] = []
    while len(images) < count:
        try:
            images.append(normalize(rasterize(perturb(draw(rng), rng), rng.uniform(*PEN_WIDTHS))))
        except EmptyPicture:
            continue
    return np.stack(images)
