"""Grids of images with captions."""

import numpy as np
import pytest

from inkling.plotting.image_grid import GAP, MARGIN, PADDING, WRONG, ZOOM, image_grid
from tests.support.dataset_files import drawings

SIDE = 28 * ZOOM + 2 * PADDING
IMAGES = drawings(7)


def colors(picture: np.ndarray) -> set[tuple[int, ...]]:
    """The colors of a part of a picture, uint8 (h, w, 3)."""
    return set(map(tuple, picture.reshape(-1, 3).tolist()))


def test_positions_of_images() -> None:
    """Images are drawn row by row, dark ink on paper, pixel by pixel."""
    picture = np.asarray(image_grid(IMAGES, list("abcdefg"), columns=3))
    first_row = picture[MARGIN + PADDING :, MARGIN + PADDING :]
    for column, image in enumerate(IMAGES[:3]):
        left = column * (SIDE + GAP)
        drawn = first_row[: 28 * ZOOM : ZOOM, left : left + 28 * ZOOM : ZOOM]
        assert (drawn == 255 - image[..., None]).all()
    assert picture.shape[1] == 2 * MARGIN + 3 * SIDE + 2 * GAP


@pytest.mark.parametrize(("count", "columns", "shown"), [(1, 10, 1), (7, 7, 7), (7, 10, 7), (7, 2, 2)])
def test_width_follows_the_columns(count: int, columns: int, shown: int) -> None:
    """The width is that of the columns, or of the images if there are fewer."""
    assert image_grid(IMAGES[:count], ["a"] * count, columns).width == 2 * MARGIN + shown * (SIDE + GAP) - GAP


def test_wrong_predictions_are_red() -> None:
    """Only frames and captions of wrong predictions are red."""
    picture = np.asarray(image_grid(IMAGES[:2], ["7 → 1 0.98", "7"], wrong={0}))
    middle = MARGIN + SIDE + GAP // 2
    assert WRONG in colors(picture[: MARGIN + SIDE, :middle])
    assert WRONG in colors(picture[MARGIN + SIDE :, :middle])
    assert WRONG not in colors(picture[:, middle:])


@pytest.mark.parametrize(
    "caption", ["a" * 200, "a long label of many words that goes on → and on", "\u202e\x07", "漢 → 字", "→" * 9]
)
def test_captions_fit(caption: str) -> None:
    """A caption of any length and script is wrapped or truncated to the width of its image."""
    picture = np.asarray(image_grid(IMAGES[:3], ["", caption, ""]))
    background = tuple(picture[0, 0].tolist())
    captions = picture[MARGIN + SIDE :]
    left, right = MARGIN + SIDE + GAP // 2, MARGIN + 2 * SIDE + GAP + GAP // 2
    assert colors(captions[:, :left]) == colors(captions[:, right:]) == {background}
    assert colors(captions[-4:]) == {background}
    assert len(colors(captions[:, left:right])) > 1


def test_arrow() -> None:
    """The arrow, which the font lacks, is neither left out nor replaced by its code point."""
    plain, arrow, code_point = (np.asarray(image_grid(IMAGES[:1], [caption])) for caption in ("7 1", "7 → 1", "7 U+2192 1"))
    assert not (plain == arrow).all()
    assert not (code_point == arrow).all()


@pytest.mark.parametrize(("count", "captions", "columns"), [(0, 0, 10), (3, 2, 10), (3, 3, 0)])
def test_invalid_arguments(count: int, captions: int, columns: int) -> None:
    """No images, no columns, or a different number of captions raise ValueError."""
    with pytest.raises(ValueError, match=str(captions)):
        image_grid(IMAGES[:count], ["a"] * captions, columns)
