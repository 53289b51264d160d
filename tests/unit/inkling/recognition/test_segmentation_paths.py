"""find_cuts: paths through a sign, from top to bottom, through little ink."""

import numpy as np
import pytest

from inkling.recognition.segmentation_paths import find_cuts

PEN = 6


def ink_of(*boxes: tuple[int, int, int, int], shape: tuple[int, int] = (60, 70)) -> np.ndarray:
    """Ink in boxes of [left, top, right, bottom]."""
    ink = np.zeros(shape, np.uint8)
    for left, top, right, bottom in boxes:
        ink[top:bottom, left:right] = 255
    return ink


def test_a_link_between_two_bars_is_cut():
    """One of the cuts goes through the link and nothing else, a pen's width of ink."""
    ink = ink_of((0, 0, 6, 60), (64, 0, 70, 60), (6, 27, 64, 33))
    cuts = find_cuts(ink, 60, PEN)
    assert any(cut.ink == pytest.approx(1, abs=0.2) and (cut.columns > 6).all() and (cut.columns < 64).all() for cut in cuts)


def test_cuts_follow_the_gap_between_slanted_strokes():
    """A cut stays between two strokes that lean, from end to end."""
    ink = np.zeros((60, 90), np.uint8)
    left = 45 - np.arange(60) // 4
    for top in range(60):
        ink[top, left[top] : left[top] + 6] = 255
        ink[top, left[top] + 30 : left[top] + 36] = 255
    ink[28:34, 26:54] = 255
    cuts = find_cuts(ink, 60, PEN)
    assert any((cut.columns >= left + 5).all() and (cut.columns <= left + 31).all() for cut in cuts)


@pytest.mark.parametrize("seed", range(5))
def test_cuts_never_cross(seed: int):
    """In every row they stand in the order in which they are given, inside of the picture's width."""
    rng = np.random.default_rng(seed)
    ink = ink_of(*((x, y, x + 12, y + 9) for x, y in rng.integers(0, 90, (40, 2))), shape=(100, 110))
    cuts = find_cuts(ink, 100, PEN)
    assert cuts
    columns = np.array([cut.columns for cut in cuts])
    assert columns.shape[1] == 100
    assert (np.diff(columns, axis=0) >= 0).all()
    assert columns.min() >= 0
    assert columns.max() <= 111


def test_a_single_bar_is_not_cut():
    """There is no valley beside it, and no place in it that costs less than another."""
    assert find_cuts(ink_of((0, 0, 8, 60), shape=(60, 8)), 60, 8) == []
