"""Views: where the camera stands, as a homography from the page to the picture, both in pixels."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class View:
    """matrix: float64 (3, 3), page [x, y, 1] -> picture, up to scale."""

    matrix: np.ndarray

    def apply(self, points: np.ndarray) -> np.ndarray:
        """Float (n, 2) as [x, y] in the page -> the same in the picture."""
        moved = np.column_stack([points, np.ones(len(points))]) @ self.matrix.T
        return moved[:, :2] / np.maximum(moved[:, 2:], 1e-3)


def straight() -> View:
    """From right above."""
    return View(np.eye(3))


def slanted(shape: tuple[int, int], severity: float, rng: np.random.Generator) -> View:
    """From a side and turned: by up to `severity` × 10°, the far edge up to `severity` × 15 % shorter."""
    height, width = shape
    turn = np.radians(10) * severity * rng.uniform(-1, 1)
    tilt = 0.15 * severity * rng.uniform(-1, 1, 2) / max(shape)
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    turned = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [*tilt, 1]])
    return View(np.linalg.inv(to_middle) @ turned @ to_middle)
