"""Sheets of images: the images in their places, captions that fit."""

import numpy as np
import pytest

from inkling.plotting.image_grid import GAP, MARGIN, PADDING, WRONG, ZOOM, sheet
from tests.support.dataset_files import drawings

SIDE = 28 * ZOOM + 2 * PADDING
IMAGES = drawings(7)


def colours(picture: np.ndarray) -> set[tuple[int, ...]]:
    """The colours of a part of a picture, uint8 (h, w, 3)."""
    return set(map(tuple, picture.reshape(-1, 3).tolist()))


def test_images_stand_row_by_row() -> None:
    """Each image stands in its place, ink dark on paper, pixel by pixel."""
    picture = np.asarray(sheet(IMAGES, list("abcdefg"), columns=3))
    first_row = picture[MARGIN + PADDING :, MARGIN + PADDING :]
    for column, image in enumerate(IMAGES[:3]):
        left = column * (SIDE + GAP)
        drawn = first_row[: 28 * ZOOM : ZOOM, left : left + 28 * ZOOM : ZOOM]
        assert (drawn == 255 - image[..., None]).all()
    assert picture.shape[1] == 2 * MARGIN + 3 * SIDE + 2 * GAP


@pytest.mark.parametrize(("count", "columns", "shown"), [(1, 10, 1), (7, 7, 7), (7, 10, 7), (7, 2, 2)])
def test_width_follows_the_columns(count: int, columns: int, shown: int) -> None:
    """A sheet is as wide as its columns, or as its images where they are fewer."""
    assert sheet(IMAGES[:count], ["a"] * count, columns).width == 2 * MARGIN + shown * (SIDE + GAP) - GAP


def test_wrong_ones_are_red() -> None:
    """Frame and caption of a wrong answer are red, and of no other."""
    picture = np.asarray(sheet(IMAGES[:2], ["7 → 1 0.98", "7"], wrong={0}))
    middle = MARGIN + SIDE + GAP // 2
    assert WRONG in colours(picture[: MARGIN + SIDE, :middle])
    assert WRONG in colours(picture[MARGIN + SIDE :, :middle])
    assert WRONG not in colours(picture[:, middle:])


@pytest.mark.parametrize(
    "caption", ["a" * 200, "a long label of many words that goes on → and on", "\u202e\x07", "漢 → 字", "→" * 9]
)
def test_captions_stay_below_their_image(caption: str) -> None:
    """A caption of any length and script is wrapped or shortened to its image's width."""
    picture = np.asarray(sheet(IMAGES[:3], ["", caption, ""]))
    ground = tuple(picture[0, 0].tolist())
    captions = picture[MARGIN + SIDE :]
    left, right = MARGIN + SIDE + GAP // 2, MARGIN + 2 * SIDE + GAP + GAP // 2
    assert colours(captions[:, :left]) == colours(captions[:, right:]) == {ground}
    assert colours(captions[-4:]) == {ground}
    assert len(colours(captions[:, left:right])) > 1


def test_an_arrow_is_drawn() -> None:
    """The arrow, which the font lacks, is neither left out nor spelt as a code point."""
    plain, arrow, spelt = (np.asarray(sheet(IMAGES[:1], [caption])) for caption in ("7 1", "7 → 1", "7 U+2192 1"))
    assert not (plain == arrow).all()
    assert not (spelt == arrow).all()


@pytest.mark.parametrize(("count", "captions", "columns"), [(0, 0, 10), (3, 2, 10), (3, 3, 0)])
def test_refuses_what_does_not_fit(count: int, captions: int, columns: int) -> None:
    """No images, no columns, or captions that are not one for each image are refused."""
    with pytest.raises(ValueError, match="one caption for each"):
        sheet(IMAGES[:count], ["a"] * captions, columns)
