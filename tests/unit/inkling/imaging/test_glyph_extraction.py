"""Glyph extraction: marks that must not change the image of a drawing, and parts of it that must stay."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from inkling.errors import EmptyPicture
from inkling.imaging.glyph_extraction import SOLID_LEVEL, extract_glyph
from inkling.imaging.normalization import normalize

SIDE = 280


def draw_lines(*lines: list[tuple[float, float]], width: int = 20) -> Image.Image:
    """Draw lines in black on a white canvas."""
    picture = Image.new("L", (SIDE, SIDE), 255)
    draw = ImageDraw.Draw(picture)
    for line in lines:
        draw.line(line, fill=0, width=width, joint="curve")
    return picture


FIVE = [(170, 110), (110, 110), (105, 150), (150, 145), (175, 175), (150, 210), (100, 205)], [(115, 70), (180, 66)]
"""A five whose bar is detached."""

DIGITS = {
    "five": draw_lines(*FIVE),
    "one": draw_lines([(140, 60), (135, 220)], width=8),
    "seven": draw_lines([(90, 70), (190, 70), (130, 220)]),
}


def have_same_image(first: Image.Image, second: Image.Image, tolerance: float = 0) -> bool:
    """Whether two pictures give the same image, up to a mean difference in gray levels."""
    difference = normalize(np.asarray(first)).astype(int) - normalize(np.asarray(second))
    return np.abs(difference).mean() <= tolerance


@pytest.fixture(params=DIGITS)
def digit(request: pytest.FixtureRequest) -> Image.Image:
    """A drawing of each digit."""
    return DIGITS[request.param].copy()


@pytest.mark.parametrize("position", [(5, 5), (270, 20), (20, 250), (240, 150), (0, 140)])
@pytest.mark.parametrize("size", [1, 3, 8])
def test_specks_are_ignored(digit: Image.Image, position: tuple[int, int], size: int) -> None:
    """A dot next to the digit changes nothing."""
    plain = digit.copy()
    ImageDraw.Draw(digit).ellipse([*position, position[0] + size, position[1] + size], fill=0)
    assert have_same_image(digit, plain)


@pytest.mark.parametrize("box", [(30, 30, 250, 250), (60, 40, 220, 240), (4, 4, 275, 275), (0, 0, 279, 279)])
@pytest.mark.parametrize("width", [2, 6])
def test_frame_is_ignored(digit: Image.Image, box: tuple[int, int, int, int], width: int) -> None:
    """A rectangle around the digit changes nothing, even along the picture's border."""
    plain = digit.copy()
    ImageDraw.Draw(digit).rectangle(box, outline=0, width=width)
    assert have_same_image(digit, plain)


def test_cropped_neighbors_are_ignored(digit: Image.Image) -> None:
    """Parts of other digits that enter from the sides change nothing."""
    plain = digit.copy()
    ImageDraw.Draw(digit).line([(0, 80), (12, 140), (0, 190)], fill=0, width=16)
    ImageDraw.Draw(digit).line([(279, 100), (270, 110)], fill=0, width=10)
    assert have_same_image(digit, plain)


@pytest.mark.parametrize("pitch", [24, 40, 70])
@pytest.mark.parametrize("level", [0, 150])
@pytest.mark.parametrize("squared", [False, True])
def test_ruled_lines_are_removed(digit: Image.Image, pitch: int, level: int, squared: bool) -> None:
    """Thin lines across the picture, lighter than the ink or as dark, hardly change the image."""
    plain = np.asarray(digit)
    ruled = plain.copy()
    ruled[11::pitch] = np.minimum(ruled[11::pitch], level)
    if squared:
        ruled[:, 11::pitch] = np.minimum(ruled[:, 11::pitch], level)
    expected = np.pad(normalize(plain).astype(int), 1)
    image = normalize(ruled)
    shifts = [expected[y : y + 28, x : x + 28] for y in range(3) for x in range(3)]  # a line along a stroke moves its edge
    assert min(np.abs(image - shifted).mean() for shifted in shifts) < 12


def test_detached_bar_stays() -> None:
    """The bar of a five is part of its image."""
    image = normalize(np.asarray(DIGITS["five"]))
    assert image[:8].any()
    assert not have_same_image(DIGITS["five"], draw_lines(FIVE[0]), tolerance=10)


def test_broken_zero_stays_whole() -> None:
    """The pieces of a ring with gaps belong together."""
    whole = Image.new("L", (SIDE, SIDE), 255)
    ImageDraw.Draw(whole).ellipse([90, 50, 190, 230], outline=0, width=16)
    broken = whole.copy()
    for box in ([130, 40, 150, 80], [80, 130, 120, 150], [160, 180, 200, 195]):
        ImageDraw.Draw(broken).rectangle(box, fill=255)
    assert have_same_image(broken, whole, tolerance=16)
    assert np.ptp(np.flatnonzero(normalize(np.asarray(broken)).any(1))) + 1 >= 19


def test_two_digits_both_stay() -> None:
    """A picture of two characters gives one image as wide as both."""
    both = Image.new("L", (2 * SIDE, SIDE), 255)
    both.paste(DIGITS["seven"], (0, 0))
    both.paste(DIGITS["five"], (SIDE, 0))
    image = normalize(np.asarray(both))
    assert np.ptp(np.flatnonzero(image.any(0))) > 17
    assert np.ptp(np.flatnonzero(image.any(1))) < 12


@pytest.mark.parametrize("width", [2, 4, 8, 16])
@pytest.mark.parametrize("lean", [0, 25])
def test_one_stays_thin(width: int, lean: int) -> None:
    """A one is 20 pixels high and keeps its aspect ratio."""
    picture = draw_lines([(140 - lean, 220), (140 + lean, 60)], width=width)
    image = normalize(np.asarray(picture))
    columns = np.flatnonzero(image.any(0))
    ink = np.asarray(picture) < 128
    expected = 20 * np.ptp(np.flatnonzero(ink.any(0))) / np.ptp(np.flatnonzero(ink.any(1)))
    assert np.ptp(np.flatnonzero(image.any(1))) + 1 == 20
    assert np.ptp(columns) + 1 <= expected + 1.6


def make_ruled_paper(squared: bool) -> np.ndarray:
    """Ruled or squared paper without writing."""
    paper = np.full((SIDE, SIDE), 255, np.uint8)
    paper[11::40] = 120
    if squared:
        paper[:, 11::40] = 120
    return paper


BLANK = {
    "ruled": make_ruled_paper(False),
    "squared": make_ruled_paper(True),
    "a speck": np.asarray(draw_lines([(100, 100), (101, 100)], width=2)),
    "two distant pixels": np.pad(np.pad([[0]], ((0, 900), (0, 900)), constant_values=255), 20, constant_values=255),
}


@pytest.mark.parametrize("kind", BLANK)
def test_picture_without_writing_is_empty(kind: str) -> None:
    """Lines and specks alone raise EmptyPicture, in either polarity."""
    for picture in (BLANK[kind].astype(np.uint8), 255 - BLANK[kind].astype(np.uint8)):
        with pytest.raises(EmptyPicture):
            normalize(picture)


def crop_five() -> np.ndarray:
    """A five that fills its picture to all four borders."""
    return np.asarray(DIGITS["five"].crop((92, 56, 188, 222)))


@pytest.mark.parametrize("side", [16, 28, 40, 100, 300])
def test_digit_may_fill_its_picture(side: int) -> None:
    """A digit cropped to its ink gives the same image as with a wide margin, at any size."""
    picture = Image.fromarray(crop_five()).resize((side, side), Image.Resampling.BOX)
    wide = Image.fromarray(np.pad(crop_five(), 300, constant_values=255))
    wide = wide.resize((round(side * wide.width / 96), round(side * wide.height / 166)), Image.Resampling.BOX)
    assert have_same_image(picture, wide, tolerance=16)


def test_faint_ink_is_no_glyph() -> None:
    """Without a solid pixel there are no strokes."""
    with pytest.raises(EmptyPicture):
        extract_glyph(np.full((40, 40), SOLID_LEVEL - 1, np.uint8))
