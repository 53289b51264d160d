"""Line images: level baselines and digits of one height."""

import numpy as np
import pytest

from inkling.imaging.connected_components import label_components
from inkling.imaging.strokes import draw_strokes
from inkling.recognition.line_image import CORE_SIDE, LINE_SIDE, MAX_LINE_WIDTH, extract_line_image, normalize_line
from inkling.recognition.oversegmentation import Segment, SegmentMap
from tests.support.digit_fixtures import write_digits


def draw(text: str, height: float, slope: float = 0.0) -> np.ndarray:
    """The ink of a text, uint8, with digits of a height in pixels, cropped to its box."""
    strokes = [stroke * height + height for stroke in write_digits(text, slope=slope)]
    high = np.concatenate(strokes).max(0)
    ink = 255 - draw_strokes(strokes, (int(high[1] + 2 * height), int(high[0] + height)), 0.12 * height)
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize("height", [12, 40, 160])
def test_digits_have_the_same_height_at_every_size(height: float) -> None:
    """And are in the middle."""
    image, step = normalize_line(draw("908632", height))
    assert image.shape[0] == LINE_SIDE
    assert image.max() == 255
    rows = np.flatnonzero((image > 100).any(1))
    assert CORE_SIDE - 2 <= rows[-1] - rows[0] + 1 <= CORE_SIDE + 5
    assert abs((rows[0] + rows[-1]) / 2 - (LINE_SIDE - 1) / 2) <= 1.5
    assert step == pytest.approx(1.1 * height / CORE_SIDE, rel=0.15)


@pytest.mark.parametrize("slope", [-0.12, 0.12])
def test_the_baseline_becomes_level(slope: float) -> None:
    """The first and the last digit end in about the same row; without straightening they differ by most of a digit."""
    image, _ = normalize_line(draw("80808080", 40, slope))
    ends = [np.flatnonzero((part > 100).any(1))[-1] for part in (image[:, :14], image[:, -18:])]
    assert abs(int(ends[0]) - int(ends[1])) <= 3


def test_columns_map_to_the_picture() -> None:
    """The ink of the last digit is where its columns say, and other components are left out."""
    ink = np.zeros((100, 300), np.uint8)
    digits = draw("17", 40)
    ink[30 : 30 + digits.shape[0], 100 : 100 + digits.shape[1]] = digits
    ink[5:12, 120:126] = 255  # a speck that isn't part of the line
    components = label_components(ink >= 128)
    line = np.flatnonzero(components.boxes[:, 1] > 20)
    segments = [Segment(component + 1, components.boxes[component], component, None, None) for component in line.tolist()]
    image = extract_line_image(segments, ink, SegmentMap(components))
    columns = np.flatnonzero((image.pixels > 100).any(0))
    ends = image.left + image.step * columns[[0, -1]]
    assert ends.tolist() == pytest.approx([100, 100 + digits.shape[1]], abs=3)
    assert (image.pixels > 100).any(1).sum() <= CORE_SIDE + 5


def test_one_stroke_and_very_long_lines_have_an_image() -> None:
    """A level stroke is no division by zero, and a long line is cut off."""
    assert normalize_line(np.full((1, 30), 255, np.uint8))[0].shape[0] == LINE_SIDE
    assert normalize_line(np.full((2, 30_000), 255, np.uint8))[0].shape == (LINE_SIDE, MAX_LINE_WIDTH)
