"""find_lines: boxes of signs -> lines, from top to bottom."""

import numpy as np
import pytest

from inkling.recognition.text_lines import find_lines, whole_lines


def row(y: int, count: int, height: int = 40, slope: float = 0.0) -> np.ndarray:
    """Boxes of a line of signs 25 wide and 10 apart."""
    left = 35 * np.arange(count)
    top = np.round(y + slope * left).astype(int)
    return np.column_stack([left, top, left + 25, top + height])


def lines_of(*rows: np.ndarray) -> list[set[int]]:
    """Which boxes each line holds, however they are shuffled."""
    boxes = np.concatenate(rows)
    order = np.random.default_rng(0).permutation(len(boxes))
    return [set(order[line.signs].tolist()) for line in find_lines(boxes[order])]


@pytest.mark.parametrize("slope", [-0.25, -0.1, 0.0, 0.1, 0.25])
def test_lines_are_told_apart_at_any_slope(slope: float):
    """Three lines of twelve, as far apart as they are high and a half."""
    rows = [row(200 + 60 * line, 12, slope=slope) for line in range(3)]
    assert lines_of(*rows) == [set(range(12)), set(range(12, 24)), set(range(24, 36))]


def test_a_wide_gap_does_not_end_a_line():
    """What lies on the base line that others make belongs to it."""
    far = row(100, 3) + np.array([600, 0, 600, 0])
    assert lines_of(row(100, 4), far) == [set(range(7))]


def test_fragments_belong_to_the_line_that_they_lie_beside():
    """A bar, and the lower half of a sign that is broken in two."""
    bar = np.array([[37, 90, 55, 95]])
    halves = np.array([[140, 100, 160, 118], [141, 120, 161, 140]])
    assert lines_of(row(100, 4), bar, halves) == [set(range(7))]


def test_a_lonely_speck_is_no_line():
    """A sign lower than the rest, far from all of them, is left out; one as high is a line of its own."""
    assert lines_of(row(100, 4), np.array([[300, 400, 305, 410]])) == [{0, 1, 2, 3}]
    assert lines_of(row(100, 4), np.array([[300, 400, 325, 440]])) == [{0, 1, 2, 3}, {4}]


def test_what_the_edge_cuts_off_is_no_line_unless_it_is_all_there_is():
    """A line of which every sign touches the picture's edge goes; in a picture cut to one line it stays."""
    boxes = np.concatenate([np.add(row(40, 4), [5, 0, 5, 0]), [[10, 160, 14, 200], [90, 160, 94, 200]]])
    rows = find_lines(boxes)
    assert len(rows) == 2
    assert [set(line.signs.tolist()) for line in whole_lines(rows, boxes, (200, 300))] == [{0, 1, 2, 3}]
    assert whole_lines(rows, boxes, (220, 300)) == rows
    tight = row(0, 4)
    alone = find_lines(tight)
    assert whole_lines(alone, tight, (40, 130)) == alone
