"""Synthetic faces: a common first drawing on an empty canvas. A round head, eyes, a mouth, and sometimes nose, hair or ears."""

import numpy as np

from trainer.data.synthetic.drawing import Strokes, arc, line


def draw_face(rng: np.random.Generator) -> Strokes:
    """Draw one face."""
    height = rng.uniform(0.8, 1.3)
    strokes = [arc(0, 0, 1, height, begin := rng.uniform(0, 1), begin + rng.uniform(0.97, 1.08))]
    eye_x, eye_y = rng.uniform(0.25, 0.5), rng.uniform(-0.5, -0.1) * height
    draw_eye = EYES[rng.integers(len(EYES))]
    strokes += [stroke for side in (-1, 1) for stroke in draw_eye(side * eye_x, eye_y, rng)]
    strokes += MOUTHS[rng.integers(len(MOUTHS))](rng.uniform(0.3, 0.55) * height, rng)
    if rng.random() < 0.4:  # nose
        strokes.append(line((0, -0.1), (rng.uniform(-0.15, 0.15), 0.2), (0, 0.2)))
    if rng.random() < 0.2:  # hair
        strokes += [
            line((x, -height), (x * 1.2, -height - rng.uniform(0.2, 0.5))) for x in np.linspace(-0.5, 0.5, rng.integers(3, 7))
        ]
    if rng.random() < 0.15:  # ears
        strokes += [arc(side * 1.15, -0.1, 0.18, 0.25) for side in (-1, 1)]
    return strokes


def _dot(x: float, y: float, rng: np.random.Generator) -> Strokes:
    return [np.array([[x, y], [x, y + rng.uniform(0.01, 0.15)]])]


def _circle(x: float, y: float, rng: np.random.Generator) -> Strokes:
    return [arc(x, y, radius := rng.uniform(0.1, 0.22), radius)]


def _dash(x: float, y: float, rng: np.random.Generator) -> Strokes:
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


EYES = _dot, _dot, _circle, _dash, _cross
MOUTHS = _smile, _smile, _frown, _straight, _open
