"""Faces: the first thing that many people draw on a canvas. A round head, two eyes, a mouth, and what else may be there."""

import numpy as np

from trainer.data.synthetic.pen import Strokes, arc, line


def face(rng: np.random.Generator) -> Strokes:
    """One face."""
    tall = rng.uniform(0.8, 1.3)
    parts = [arc(0, 0, 1, tall, begin := rng.uniform(0, 1), begin + rng.uniform(0.97, 1.08))]
    apart, high = rng.uniform(0.25, 0.5), rng.uniform(-0.5, -0.1) * tall
    eye = EYES[rng.integers(len(EYES))]
    parts += [stroke for side in (-1, 1) for stroke in eye(side * apart, high, rng)]
    parts += MOUTHS[rng.integers(len(MOUTHS))](rng.uniform(0.3, 0.55) * tall, rng)
    if rng.random() < 0.4:
        parts.append(line((0, -0.1), (rng.uniform(-0.15, 0.15), 0.2), (0, 0.2)))
    if rng.random() < 0.2:
        parts += [
            line((x, -tall), (x * 1.2, -tall - rng.uniform(0.2, 0.5))) for x in np.linspace(-0.5, 0.5, rng.integers(3, 7))
        ]
    if rng.random() < 0.15:
        parts += [arc(side * 1.15, -0.1, 0.18, 0.25) for side in (-1, 1)]
    return parts


def _dot(x: float, y: float, rng: np.random.Generator) -> Strokes:
    return [np.array([[x, y], [x, y + rng.uniform(0.01, 0.15)]])]


def _ring(x: float, y: float, rng: np.random.Generator) -> Strokes:
    return [arc(x, y, size := rng.uniform(0.1, 0.22), size)]


def _stroke(x: float, y: float, rng: np.random.Generator) -> Strokes:
    return [line((x - 0.15, y + rng.uniform(-0.1, 0.1)), (x + 0.15, y))]


def _cross(x: float, y: float, _: np.random.Generator) -> Strokes:
    return [line((x - 0.12, y - 0.12), (x + 0.12, y + 0.12)), line((x - 0.12, y + 0.12), (x + 0.12, y - 0.12))]


def _smile(y: float, rng: np.random.Generator) -> Strokes:
    return [arc(0, y - 0.25, rng.uniform(0.3, 0.6), rng.uniform(0.2, 0.5), 0.04, 0.46)]


def _frown(y: float, rng: np.random.Generator) -> Strokes:
    return [arc(0, y + 0.25, rng.uniform(0.3, 0.6), rng.uniform(0.2, 0.45), 0.54, 0.96)]


def _straight(y: float, rng: np.random.Generator) -> Strokes:
    return [line((-rng.uniform(0.2, 0.5), y), (rng.uniform(0.2, 0.5), y + rng.uniform(-0.1, 0.1)))]


def _open(y: float, rng: np.random.Generator) -> Strokes:
    return [arc(0, y, rng.uniform(0.15, 0.4), rng.uniform(0.1, 0.25))]


EYES = _dot, _dot, _ring, _stroke, _cross
MOUTHS = _smile, _smile, _frown, _straight, _open
