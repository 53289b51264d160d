"""find_text_lines: boxes of components -> lines, from top to bottom."""

import numpy as np
import pytest

from inkling.recognition.text_lines import _Courses, drop_cropped_lines, find_text_lines


def make_line(y: int, count: int, height: int = 40, slope: float = 0.0) -> np.ndarray:
    """Boxes of a line of characters, 25 wide and 10 apart."""
    left = 35 * np.arange(count)
    top = np.round(y + slope * left).astype(int)
    return np.column_stack([left, top, left + 25, top + height])


def group(*lines: np.ndarray) -> list[set[int]]:
    """Shuffle the boxes of lines and return which of them each found line holds."""
    boxes = np.concatenate(lines)
    order = np.random.default_rng(0).permutation(len(boxes))
    return [set(order[line.components].tolist()) for line in find_text_lines(boxes[order])]


@pytest.mark.parametrize("slope", [-0.25, -0.1, 0.0, 0.1, 0.25])
def test_lines_are_separated_at_any_slope(slope: float) -> None:
    """Three lines of twelve characters, at a distance of 1.5 heights."""
    lines = [make_line(200 + 60 * index, 12, slope=slope) for index in range(3)]
    assert group(*lines) == [set(range(12)), set(range(12, 24)), set(range(24, 36))]


def test_wide_gap_does_not_end_a_line() -> None:
    """Characters on the extended baseline belong to the line."""
    distant = make_line(100, 3) + np.array([600, 0, 600, 0])
    assert group(make_line(100, 4), distant) == [set(range(7))]


def test_fragments_belong_to_the_nearest_line() -> None:
    """A bar, and the lower half of a broken character, belong to the line beside them."""
    bar = np.array([[37, 90, 55, 95]])
    halves = np.array([[140, 100, 160, 118], [141, 120, 161, 140]])
    assert group(make_line(100, 4), bar, halves) == [set(range(7))]


def test_lone_speck_is_not_a_line() -> None:
    """A distant component is a line of its own only if it is as high as the others."""
    assert group(make_line(100, 4), np.array([[300, 400, 305, 410]])) == [{0, 1, 2, 3}]
    assert group(make_line(100, 4), np.array([[300, 400, 325, 440]])) == [{0, 1, 2, 3}, {4}]


def test_cropped_line_is_dropped_unless_it_is_the_only_one() -> None:
    """A line whose components all touch the border is dropped, but not in a picture cropped to one line."""
    boxes = np.concatenate([np.add(make_line(40, 4), [5, 0, 5, 0]), [[10, 160, 14, 200], [90, 160, 94, 200]]])
    lines = find_text_lines(boxes)
    assert len(lines) == 2
    assert [set(line.components.tolist()) for line in drop_cropped_lines(lines, boxes, (200, 300))] == [{0, 1, 2, 3}]
    assert drop_cropped_lines(lines, boxes, (220, 300)) == lines
    cropped = make_line(0, 4)
    only = find_text_lines(cropped)
    assert drop_cropped_lines(only, cropped, (40, 130)) == only


def test_scattered_dots_are_compared_with_few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture of a thousand dots must not take a thousand times a thousand comparisons."""
    distance, compared = _Courses.distance, []
    monkeypatch.setattr(_Courses, "distance", lambda *given: compared.append(1) or distance(*given))
    x, y = np.random.default_rng(0).integers(0, [[3_100], [2_000]], (2, 1_024))
    lines = find_text_lines(np.column_stack([x, y, x + 2, y + 2]))
    assert sum(len(line.components) for line in lines) == 1_024
    assert len(compared) < 20 * 1_024
