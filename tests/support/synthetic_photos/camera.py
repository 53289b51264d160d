"""Camera: the position of the camera as a homography from the page to the picture, both in pixels."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Homography:
    """matrix: float64 (3, 3), maps [x, y, 1] of the page to the picture, up to scale."""

    matrix: np.ndarray

    def apply(self, points: np.ndarray) -> np.ndarray:
        """Map points of the page, float (n, 2) as [x, y], to the picture."""
        mapped = np.column_stack([points, np.ones(len(points))]) @ self.matrix.T
        return mapped[:, :2] / np.maximum(mapped[:, 2:], 1e-3)


def overhead_view() -> Homography:
    """From directly above."""
    return Homography(np.eye(3))


def tilted_view(shape: tuple[int, int], severity: float, rng: np.random.Generator) -> Homography:
    """Rotated by up to 10° and with the far edge up to 15 % shorter, each times `severity`."""
    height, width = shape
    rotation = np.radians(10) * severity * rng.uniform(-1, 1)
    tilt = 0.15 * severity * rng.uniform(-1, 1, 2) / max(shape)
    to_center = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    cos, sin = np.cos(rotation), np.sin(rotation)
    rotated = np.array([[cos, -sin, 0], [sin, cos, 0], [*tilt, 1]])
    return Homography(np.linalg.inv(to_center) @ rotated @ to_center)
