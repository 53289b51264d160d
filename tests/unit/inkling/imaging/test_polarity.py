"""Polarity: whether the writing is darker or lighter than the paper."""

import numpy as np
import pytest

from inkling.imaging.polarity import is_inverted
from tests.support.synthetic_photos.conditions import CONDITIONS
from tests.support.synthetic_photos.photograph import expose

FAST = {("plain", 1), ("gradient", 3), ("blackboard", 3)}
CASES = [
    pytest.param(condition, rows, marks=[] if (condition, rows) in FAST else pytest.mark.slow)
    for condition in ("plain", "gradient", "vignette", "soft shadow", "blackboard")
    for rows in (1, 3, 6)
]


def write_zeros(rows: int, columns: int, height: float) -> list[np.ndarray]:
    """Lines of zeros, as close as in handwriting."""
    angles = np.linspace(0, 2 * np.pi, 30)
    ring = np.column_stack([0.35 * np.cos(angles), 0.5 * np.sin(angles)]) * height
    return [ring + height * np.array([0.85 * column + 4, 1.3 * row + 4]) for row in range(rows) for column in range(columns)]


@pytest.mark.parametrize(("condition", "rows"), CASES)
def test_polarity_of_thin_writing_is_found(condition: str, rows: int) -> None:
    """One or more lines of a thin pen, in different light, have the polarity of their scene, and their negative the other."""
    scene = CONDITIONS[condition]
    height = 40.0
    shape = round((1.3 * rows + 7) * height), round((0.85 * 7 + 7) * height)
    for seed in range(4):
        colors = expose(write_zeros(rows, 7, height), shape, 2.0, scene, np.random.default_rng(seed))
        picture = colors.mean(2).astype(np.uint8)
        assert is_inverted(picture) == scene.is_blackboard
        assert is_inverted(255 - picture) != scene.is_blackboard
