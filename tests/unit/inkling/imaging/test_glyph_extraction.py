"""Sign: what of a drawing is writing, by what may be added to it and what may not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from inkling.errors import EmptyPicture
from inkling.imaging.normalization import normalise

SIDE = 280


def drawn(*lines: list[tuple[float, float]], width: int = 20) -> Image.Image:
    """Lines in black on a white canvas."""
    picture = Image.new("L", (SIDE, SIDE), 255)
    draw = ImageDraw.Draw(picture)
    for line in lines:
        draw.line(line, fill=0, width=width, joint="curve")
    return picture


FIVE = [(170, 110), (110, 110), (105, 150), (150, 145), (175, 175), (150, 210), (100, 205)], [(115, 70), (180, 66)]
"""Its bar lies apart."""

DIGITS = {
    "five": drawn(*FIVE),
    "one": drawn([(140, 60), (135, 220)], width=8),
    "seven": drawn([(90, 70), (190, 70), (130, 220)]),
}


def same(picture: Image.Image, of: Image.Image, most: float = 0) -> bool:
    """Whether both give the same image, but for so many grey levels on average."""
    return np.abs(normalise(np.asarray(picture)).astype(int) - normalise(np.asarray(of))).mean() <= most


@pytest.fixture(params=DIGITS)
def digit(request: pytest.FixtureRequest) -> Image.Image:
    return DIGITS[request.param].copy()


@pytest.mark.parametrize("at", [(5, 5), (270, 20), (20, 250), (240, 150), (0, 140)])
@pytest.mark.parametrize("size", [1, 3, 8])
def test_specks_do_not_matter(digit: Image.Image, at: tuple[int, int], size: int):
    """A dot anywhere off the digit changes nothing."""
    plain = digit.copy()
    ImageDraw.Draw(digit).ellipse([*at, at[0] + size, at[1] + size], fill=0)
    assert same(digit, plain)


@pytest.mark.parametrize("box", [(30, 30, 250, 250), (60, 40, 220, 240), (4, 4, 275, 275), (0, 0, 279, 279)])
@pytest.mark.parametrize("width", [2, 6])
def test_a_frame_does_not_matter(digit: Image.Image, box: tuple[int, int, int, int], width: int):
    """A rectangle drawn round the digit is none of it, also along the picture's edge."""
    plain = digit.copy()
    ImageDraw.Draw(digit).rectangle(box, outline=0, width=width)
    assert same(digit, plain)


def test_neighbours_that_the_edge_cuts_off_do_not_matter(digit: Image.Image):
    """Two pieces of other digits come in from the sides."""
    plain = digit.copy()
    ImageDraw.Draw(digit).line([(0, 80), (12, 140), (0, 190)], fill=0, width=16)
    ImageDraw.Draw(digit).line([(279, 100), (270, 110)], fill=0, width=10)
    assert same(digit, plain)


@pytest.mark.parametrize("pitch", [24, 40, 70])
@pytest.mark.parametrize("tone", [0, 150])
@pytest.mark.parametrize("squared", [False, True])
def test_rules_do_not_matter(digit: Image.Image, pitch: int, tone: int, squared: bool):
    """Thin lines across the picture, lighter than the ink or as dark."""
    plain = np.asarray(digit)
    lined = plain.copy()
    lined[11::pitch] = np.minimum(lined[11::pitch], tone)
    if squared:
        lined[:, 11::pitch] = np.minimum(lined[:, 11::pitch], tone)
    expected = np.pad(normalise(plain).astype(int), 1)
    image = normalise(lined)
    shifts = [expected[y : y + 28, x : x + 28] for y in range(3) for x in range(3)]  # a rule along a stroke moves its edge
    assert min(np.abs(image - shifted).mean() for shifted in shifts) < 12


def test_a_bar_that_lies_apart_stays():
    """The five without its bar is another image."""
    image = normalise(np.asarray(DIGITS["five"]))
    assert image[:8].any()
    assert not same(DIGITS["five"], drawn(FIVE[0]), most=10)


def test_a_broken_nought_is_whole():
    """Gaps in a ring leave pieces that belong together."""
    whole = Image.new("L", (SIDE, SIDE), 255)
    ImageDraw.Draw(whole).ellipse([90, 50, 190, 230], outline=0, width=16)
    broken = whole.copy()
    for box in ([130, 40, 150, 80], [80, 130, 120, 150], [160, 180, 200, 195]):
        ImageDraw.Draw(broken).rectangle(box, fill=255)
    assert same(broken, whole, most=16)
    assert np.ptp(np.flatnonzero(normalise(np.asarray(broken)).any(1))) + 1 >= 19


def test_two_digits_both_stay():
    """A picture of several signs is one image, as wide as they are together."""
    both = Image.new("L", (2 * SIDE, SIDE), 255)
    both.paste(DIGITS["seven"], (0, 0))
    both.paste(DIGITS["five"], (SIDE, 0))
    image = normalise(np.asarray(both))
    assert np.ptp(np.flatnonzero(image.any(0))) > 17
    assert np.ptp(np.flatnonzero(image.any(1))) < 12


@pytest.mark.parametrize("width", [2, 4, 8, 16])
@pytest.mark.parametrize("lean", [0, 25])
def test_a_lone_one_stays_thin(width: int, lean: int):
    """It is 20 pixels high, and as wide for its height as it was drawn."""
    picture = drawn([(140 - lean, 220), (140 + lean, 60)], width=width)
    image = normalise(np.asarray(picture))
    columns = np.flatnonzero(image.any(0))
    ink = np.asarray(picture) < 128
    expected = 20 * np.ptp(np.flatnonzero(ink.any(0))) / np.ptp(np.flatnonzero(ink.any(1)))
    assert np.ptp(np.flatnonzero(image.any(1))) + 1 == 20
    assert np.ptp(columns) + 1 <= expected + 1.6


def rules_alone(squared: bool) -> np.ndarray:
    """Lined or squared paper."""
    paper = np.full((SIDE, SIDE), 255, np.uint8)
    paper[11::40] = 120
    if squared:
        paper[:, 11::40] = 120
    return paper


EMPTY = {
    "rules": rules_alone(False),
    "squares": rules_alone(True),
    "a speck": np.asarray(drawn([(100, 100), (101, 100)], width=2)),
    "two pixels far apart": np.pad(np.pad([[0]], ((0, 900), (0, 900)), constant_values=255), 20, constant_values=255),
}


@pytest.mark.parametrize("what", EMPTY)
def test_what_is_no_writing_is_empty(what: str):
    """In either polarity."""
    for picture in (EMPTY[what].astype(np.uint8), 255 - EMPTY[what].astype(np.uint8)):
        with pytest.raises(EmptyPicture, match=r"^Expected .* Received "):
            normalise(picture)


def full() -> np.ndarray:
    """A picture that its digit fills to all four edges."""
    return np.asarray(DIGITS["five"].crop((92, 56, 188, 222)))


@pytest.mark.parametrize("side", [16, 28, 40, 100, 300])
def test_a_digit_may_fill_its_picture(side: int):
    """Cropped to its ink and of any size, it is the same digit."""
    picture = Image.fromarray(full()).resize((side, side), Image.Resampling.BOX)
    wide = Image.fromarray(np.pad(full(), 300, constant_values=255))
    wide = wide.resize((round(side * wide.width / 96), round(side * wide.height / 166)), Image.Resampling.BOX)
    assert same(picture, wide, most=16)
