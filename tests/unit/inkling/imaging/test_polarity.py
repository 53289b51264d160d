"""Which is the writing, what is darker or what is lighter."""

import numpy as np
import pytest

from inkling.imaging.polarity import is_light_on_dark
from tests.support.synthetic_photos.conditions import CONDITIONS
from tests.support.synthetic_photos.photograph import expose


def lines_of_rings(rows: int, columns: int, height: float) -> list[np.ndarray]:
    """Zeros in lines, as close as people write them."""
    turn = np.linspace(0, 2 * np.pi, 30)
    ring = np.column_stack([0.35 * np.cos(turn), 0.5 * np.sin(turn)]) * height
    return [ring + height * np.array([0.85 * column + 4, 1.3 * row + 4]) for row in range(rows) for column in range(columns)]


@pytest.mark.parametrize("condition", ["plain", "gradient", "vignette", "soft shadow", "blackboard"])
@pytest.mark.parametrize("rows", [1, 3, 6])
def test_paper_between_thin_writing_is_no_writing(condition, rows):
    """One line or many, of a pen of a twentieth of their height, in the middle of a sheet in whatever light."""
    scene = CONDITIONS[condition]
    height = 40.0
    shape = round((1.3 * rows + 7) * height), round((0.85 * 7 + 7) * height)
    for seed in range(4):
        picture = (
            expose(lines_of_rings(rows, 7, height), shape, 2.0, scene, np.random.default_rng(seed)).mean(2).astype(np.uint8)
        )
        assert is_light_on_dark(picture) == scene.board
        assert is_light_on_dark(255 - picture) != scene.board
