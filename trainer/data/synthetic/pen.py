"""A pen for drawings that are made up: curves in a square from -1 to 1, y down; an unsteady hand; the images they become."""

from collections.abc import Callable

import numpy as np

from inkling.errors import EmptyPicture
from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize

Strokes = list[np.ndarray]
"""One float64 (points, 2) a stroke, as [x, y]."""

PENS = 10.0, 34.0
"""Widths of the pen, in pixels of a drawing that is rendered 200 long: half to one and a half times that of MNIST's."""

SEGMENT = 8
"""Points that a straight line gets, so that a hand can bend it."""


def line(*corners: tuple[float, float]) -> np.ndarray:
    """One stroke from corner to corner."""
    steps = np.arange((len(corners) - 1) * SEGMENT + 1) / SEGMENT
    x, y = np.array(corners, np.float64).T
    return np.column_stack([np.interp(steps, np.arange(len(corners)), each) for each in (x, y)])


def arc(x: float, y: float, wide: float, tall: float, begin: float = 0.0, end: float = 1.0) -> np.ndarray:
    """Part of an ellipse around (x, y), in turns from its right end, clockwise as it is seen."""
    angle = 2 * np.pi * np.linspace(begin, end, 40)
    return np.column_stack([x + wide * np.cos(angle), y + tall * np.sin(angle)])


def smooth(corners: np.ndarray) -> np.ndarray:
    """A curve along corners, float (n, 2), by cutting them off three times (Chaikin 1974)."""
    for _ in range(3):
        near, far = corners[:-1], corners[1:]
        cut = np.stack([0.75 * near + 0.25 * far, 0.25 * near + 0.75 * far], 1)  # (n - 1, 2, 2)
        corners = cut.reshape(-1, 2)  # -> (2 n - 2, 2)
    return corners


def turned(strokes: Strokes, angle: float) -> Strokes:
    """The strokes turned by an angle in radians."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return [stroke @ np.array([[cosine, sine], [-sine, cosine]]) for stroke in strokes]


def by_hand(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """The strokes as an unsteady hand draws them: slightly turned, stretched, slanted and bent."""
    stretch = np.array([[rng.uniform(0.75, 1.3), 0.0], [rng.uniform(-0.2, 0.2), rng.uniform(0.75, 1.3)]])
    bend, waves, phases = rng.uniform(0, 0.07, 2), rng.uniform(2, 5, 2), rng.uniform(0, 2 * np.pi, 2)
    drawn = turned([stroke @ stretch for stroke in strokes], rng.normal(0, 0.12))
    return [stroke + bend * np.sin(waves * stroke[:, ::-1] + phases) for stroke in drawn]


def images_of(draw: Callable[[np.random.Generator], Strokes], count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw with another pen each time and normalise: uint8 (count, 28, 28), one or more. What shows no ink is drawn again."""
    images: list[np.ndarray] = []
    while len(images) < count:
        try:
            images.append(normalize(rasterize(by_hand(draw(rng), rng), rng.uniform(*PENS))))
        except EmptyPicture:
            continue
    return np.stack(images)
