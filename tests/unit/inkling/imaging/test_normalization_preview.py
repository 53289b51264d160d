"""Steps: what is shown of normalising is what normalising does."""

import numpy as np
import pytest
from PIL import Image

from inkling.errors import EmptyPicture
from inkling.imaging.foreground import find_ink
from inkling.imaging.glyph_extraction import find_sign
from inkling.imaging.normalization import look, normalise, to_image
from inkling.imaging.normalization_preview import SIDE, Steps
from inkling.models.smoke_test import smoke_image
from tests.support.pictures import seven


def pictures() -> dict[str, np.ndarray]:
    """Pictures of several sizes, polarities and makes."""
    drawn = seven()
    framed = np.full((600, 500), 220, np.uint8)
    framed[150 : 150 + drawn.shape[0], 90 : 90 + drawn.shape[1]] = np.minimum(drawn, 220)
    framed[20:24, 30:33] = 40  # a speck
    shaded = (framed * np.linspace(0.6, 1, 500)).astype(np.uint8)
    small = np.asarray(Image.fromarray(drawn).resize((14, 24), Image.Resampling.BILINEAR))
    return {"drawing": drawn, "light on dark": 255 - drawn, "page": framed, "shaded page": shaded, "small": small}


@pytest.mark.parametrize("what", pictures())
def test_the_steps_are_those_of_normalise(what: str):
    """Ink, sign and image are what the functions of each step make, and lead to the image that is answered."""
    picture = pictures()[what]
    looked = look(picture)
    assert looked.picture is picture
    assert np.array_equal(looked.ink, find_ink(picture))
    assert np.array_equal(looked.sign, find_sign(looked.ink))
    assert np.array_equal(looked.image, normalise(picture))
    assert np.array_equal(looked.image, to_image(looked.sign))
    left, top = looked.corner
    height, width = looked.sign.shape
    cut = looked.ink[top : top + height, left : left + width]
    assert np.array_equal(looked.sign, np.where(looked.sign, cut, 0))
    rows, columns = np.flatnonzero(looked.image.any(1)), np.flatnonzero(looked.image.any(0))
    box = looked.image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    rows, columns = np.flatnonzero(looked.scaled.any(1)), np.flatnonzero(looked.scaled.any(0))
    assert np.array_equal(box, looked.scaled[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


@pytest.mark.parametrize("what", pictures())
def test_what_is_shown_is_small(what: str):
    """Picture and ink are reduced alike, and the box holds the sign there."""
    looked = look(pictures()[what])
    steps = Steps.of(looked)
    assert steps.picture.shape == steps.ink.shape
    assert SIDE // 2 < max(steps.picture.shape) <= SIDE or max(looked.picture.shape) <= SIDE
    assert max(steps.scaled.shape) == 20
    assert {each.dtype for each in (steps.picture, steps.ink, steps.scaled, steps.image)} == {np.dtype(np.uint8)}
    left, top, right, bottom = steps.box
    height, width = steps.ink.shape
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    factor = -(-max(looked.picture.shape) // SIDE)
    assert abs((right - left) * factor - looked.sign.shape[1]) <= 2 * factor
    inside = steps.ink[top:bottom, left:right].astype(int).sum()
    assert inside > 0.9 * steps.ink.astype(int).sum()
    if factor == 1:
        assert np.array_equal(steps.picture, looked.picture)


@pytest.mark.parametrize("turned", [False, True])
def test_an_image_stays_as_it_is(turned: bool):
    """Nothing is scaled or moved; light ink on dark paper, or the other way round."""
    image = smoke_image()
    picture = 255 - image if turned else image
    steps = Steps.of(look(picture))
    assert np.array_equal(steps.picture, picture)
    for shown in (steps.ink, steps.image):
        assert np.array_equal(shown, image)
    left, top, right, bottom = steps.box
    assert np.array_equal(steps.scaled, image[top:bottom, left:right])
    assert image.sum() == steps.scaled.sum()


def test_without_ink_there_are_no_steps():
    """As there is no image."""
    with pytest.raises(EmptyPicture):
        look(np.full((50, 50), 255, np.uint8))
