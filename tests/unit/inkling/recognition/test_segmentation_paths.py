"""find_segmentation_paths: paths through a component, from top to bottom, through little ink."""

import numpy as np
import pytest

from inkling.recognition.segmentation_paths import find_segmentation_paths

STROKE_WIDTH = 6


def fill_boxes(*boxes: tuple[int, int, int, int], shape: tuple[int, int] = (60, 70)) -> np.ndarray:
    """Ink in boxes of [left, top, right, bottom]."""
    ink = np.zeros(shape, np.uint8)
    for left, top, right, bottom in boxes:
        ink[top:bottom, left:right] = 255
    return ink


def test_link_between_two_bars_is_crossed() -> None:
    """One path crosses only the link, a stroke width of ink."""
    ink = fill_boxes((0, 0, 6, 60), (64, 0, 70, 60), (6, 27, 64, 33))
    paths = find_segmentation_paths(ink, 60, STROKE_WIDTH)
    assert any(
        path.ink == pytest.approx(1, abs=0.2) and (path.columns > 6).all() and (path.columns < 64).all() for path in paths
    )


def test_path_follows_the_gap_between_slanted_strokes() -> None:
    """One path stays between two slanted strokes from top to bottom."""
    ink = np.zeros((60, 90), np.uint8)
    left = 45 - np.arange(60) // 4
    for row in range(60):
        ink[row, left[row] : left[row] + 6] = 255
        ink[row, left[row] + 30 : left[row] + 36] = 255
    ink[28:34, 26:54] = 255
    paths = find_segmentation_paths(ink, 60, STROKE_WIDTH)
    assert any((path.columns >= left + 5).all() and (path.columns <= left + 31).all() for path in paths)


@pytest.mark.parametrize("seed", range(5))
def test_paths_never_cross(seed: int) -> None:
    """In every row the paths are ordered from left to right and lie inside of the picture."""
    rng = np.random.default_rng(seed)
    ink = fill_boxes(*((x, y, x + 12, y + 9) for x, y in rng.integers(0, 90, (40, 2))), shape=(100, 110))
    paths = find_segmentation_paths(ink, 100, STROKE_WIDTH)
    assert paths
    columns = np.array([path.columns for path in paths])
    assert columns.shape[1] == 100
    assert (np.diff(columns, axis=0) >= 0).all()
    assert columns.min() >= 0
    assert columns.max() <= 111


def test_single_bar_has_no_path() -> None:
    """A bar has no valley and no local minimum."""
    assert find_segmentation_paths(fill_boxes((0, 0, 8, 60), shape=(60, 8)), 60, 8) == []
