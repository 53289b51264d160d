"""Lighting: the share of the light that reaches each pixel, float32 (height, width), 1 = full."""

import numpy as np


def gradient(shape: tuple[int, int], severity: float, rng: np.random.Generator) -> np.ndarray:
    """A lamp to one side: the far edge gets up to 75 % less light, times `severity`."""
    x, y = _grid(shape)
    angle = rng.uniform(0, 2 * np.pi)
    distance = (x * np.cos(angle) + y * np.sin(angle)) / 1.4142
    return 1 - 0.75 * severity * (distance + 1) / 2


def vignette(shape: tuple[int, int], severity: float, rng: np.random.Generator) -> np.ndarray:
    """A lens or a lamp above: the light falls off from a point near the middle."""
    x, y = _grid(shape)
    squared_distance = (x - rng.uniform(-0.4, 0.4)) ** 2 + (y - rng.uniform(-0.4, 0.4)) ** 2
    return 1 / (1 + 0.9 * severity * squared_distance)


def shadow(shape: tuple[int, int], severity: float, softness: float, rng: np.random.Generator) -> np.ndarray:
    """The shadow of a head, a hand or a phone: 65 % of the light, times `severity`, is missing beyond a curved edge.

    softness: width of the edge as a share of the picture, 0.005 for a hard one.
    """
    x, y = _grid(shape)
    angle = rng.uniform(0, 2 * np.pi)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    edge = along - rng.uniform(-0.5, 0.5) - rng.uniform(0, 0.25) * np.sin(across * rng.uniform(1, 4) + rng.uniform(0, 6))
    return 1 - 0.65 * severity / (1 + np.exp(-np.clip(edge / softness * 2, -30, 30)))


def _grid(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """x and y of every pixel, from -1 to 1."""
    height, width = shape
    return np.linspace(-1, 1, width, dtype=np.float32)[None, :], np.linspace(-1, 1, height, dtype=np.float32)[:, None]
