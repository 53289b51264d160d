"""Boxes and labels of recognized digits in their picture."""

import io

import numpy as np
import pytest
from PIL import Image, ImageFont

from inkling.plotting.detections import KNOWN_COLOR, UNKNOWN_COLOR, detections_png
from inkling.plotting.text import font
from inkling.recognition.result import DigitResult, LineResult, NumberResult


def draw(*digits: DigitResult) -> np.ndarray:
    """The picture with one line of digits, uint8 (120, 200, 3)."""
    data = detections_png(np.full((120, 200), 255, np.uint8), NumberResult([LineResult(list(digits))]))
    return np.asarray(Image.open(io.BytesIO(data)))


def digit(known: bool, *box: int) -> DigitResult:
    """A digit at [left, top, right, bottom)."""
    return DigitResult("7", 0.9, known, list(box), np.zeros(10, np.float32), np.zeros((28, 28), np.uint8))


def test_box_surrounds_the_digit() -> None:
    """One pixel outside of its ink, which stays visible; color tells whether the answer is known."""
    picture = draw(digit(True, 20, 40, 50, 90), digit(False, 80, 40, 110, 90))
    for left, right, color in ((20, 50, KNOWN_COLOR), (80, 110, UNKNOWN_COLOR)):
        for edge in (np.s_[39, left:right], np.s_[90, left:right], np.s_[40:90, left - 1], np.s_[40:90, right]):
            assert (picture[edge] == color).all()
        assert (picture[40:90, left:right] == 255).all()


@pytest.mark.parametrize(("top", "labeled"), [(40, np.s_[:39]), (2, np.s_[62:])])
def test_label_is_next_to_the_box(top: int, labeled: slice) -> None:
    """Above it, or below it if there is no space above."""
    picture = draw(digit(True, 20, top, 50, top + 59))
    assert (picture[labeled] != 255).any()
    outside = np.delete(picture, np.s_[max(0, top - 1) : top + 60], 0)
    assert (outside != 255).any(axis=(1, 2)).sum() == (picture[labeled] != 255).any(axis=(1, 2)).sum()


def test_font_needs_freetype(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, Pillow's font has one size only."""
    monkeypatch.setattr(ImageFont, "load_default", lambda _: ImageFont.ImageFont())
    font.cache_clear()
    with pytest.raises(RuntimeError, match="FreeType"):
        font(12)
