"""remove_ruled_lines: what is a ruled line, and what stays. Real paper: tests/integration/inkling/test_photographs.py."""

import numpy as np
import pytest

from inkling.imaging.line_removal import remove_ruled_lines, spans_image


def paper(height: int = 120, width: int = 300) -> np.ndarray:
    """An empty sheet, as a density, uint8 (height, width)."""
    return np.zeros((height, width), np.uint8)


@pytest.mark.parametrize("level", [20, 90, 200])
def test_line_across_the_sheet_is_removed(level: int) -> None:
    """At any density, in both directions."""
    sheet = paper()
    sheet[60] = level
    for density in (sheet, np.ascontiguousarray(sheet.T)):
        cleaned, count = remove_ruled_lines(density)
        assert count == 1
        assert not cleaned.any()


def test_stroke_that_crosses_a_line_stays() -> None:
    """The line goes, the stroke's ink stays where it was."""
    sheet = paper()
    sheet[60] = 80
    sheet[20:100, 140:152] = 220
    cleaned, _ = remove_ruled_lines(sheet)
    assert (cleaned[20:100, 142:150] > 110).all()
    assert not cleaned[:, :130].any()


def test_long_stroke_stays() -> None:
    """A line that ends well before one border of the sheet was written."""
    sheet = paper()
    sheet[60, :215] = 90
    cleaned, count = remove_ruled_lines(sheet)
    assert count == 0
    assert (cleaned == sheet).all()


@pytest.mark.parametrize(
    ("height", "width", "length", "rows"),
    [(64, 300, 7, (None, 0)), (73, 121, 11, (2, 3))],
    ids=["dots along the border", "dots in two rows"],
)
def test_dotted_line_stays(height: int, width: int, length: int, rows: tuple[int | None, int]) -> None:
    """A line that is bare for half its length has no density of its own that could be removed."""
    sheet = paper(height, width)
    for number, start in enumerate(range(0, width, length)):
        row = rows[number % 2]
        if row is not None:
            sheet[row, start : start + length] = 60
    cleaned, count = remove_ruled_lines(sheet, min_lines=0)
    assert count == 1
    assert (cleaned == sheet).all()


def test_small_picture_stays() -> None:
    """It may be a stroke of one pixel."""
    sheet = paper(40)
    sheet[20] = 90
    assert remove_ruled_lines(sheet) == (pytest.approx(sheet), 0)


def test_ink_that_spans_the_picture() -> None:
    """From border to border, in either direction."""
    sheet = paper()
    sheet[60, :299] = 90
    assert not spans_image(sheet)
    sheet[60, 299] = 1
    assert spans_image(sheet)
    assert spans_image(np.ascontiguousarray(sheet.T))
