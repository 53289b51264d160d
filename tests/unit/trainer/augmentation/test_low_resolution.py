"""Low-resolution variants: small, coarse pictures of the same characters."""

import numpy as np
import pytest

from inkling.errors import EmptyPicture
from inkling.imaging.normalization import is_normalized
from inkling.imaging.strokes import rasterize
from tests.support.digit_fixtures import write_digits
from trainer.augmentation.low_resolution import FACTORS, MARGINS, reduce_resolution, render_low_resolution_variants
from trainer.augmentation.strokes import render_stroke_variants

INK = 255 - rasterize(write_digits("5"))


def test_pictures_have_the_requested_resolution():
    """Up to the margin, and unless the picture was enlarged again."""
    rng = np.random.default_rng(0)
    sides = [max(reduce_resolution(INK, 12, rng).shape) for _ in range(200)]
    assert set(sides) & set(range(12, 12 + 2 * MARGINS[1] + 1))
    assert min(sides) >= 12
    assert max(sides) <= (12 + 2 * MARGINS[1]) * FACTORS[1]


def test_all_kinds_occur():
    """Bilevel pictures, enlarged ones, and soft ones."""
    rng = np.random.default_rng(0)
    pictures = [reduce_resolution(INK, 10, rng) for _ in range(100)]
    assert any(set(np.unique(picture)) == {0, 255} for picture in pictures)
    assert any(max(picture.shape) >= 2 * 10 for picture in pictures)
    assert any(len(np.unique(picture)) > 20 for picture in pictures)


def test_without_ink_there_is_no_picture():
    """Nothing can be shrunk."""
    with pytest.raises(EmptyPicture):
        reduce_resolution(np.zeros((28, 28), np.uint8), 10, np.random.default_rng(0))


def test_a_share_of_the_images_gets_a_variant():
    """Each is an image of its own, normalized as the server would; empty images have none."""
    images = np.concatenate([render_stroke_variants([write_digits("5")], 100, 0)[0], np.zeros((5, 28, 28), np.uint8)])
    variants, positions = render_low_resolution_variants(images, 0.5, 0)
    assert 30 < len(variants) < 70
    assert positions.max() < 100
    assert (np.diff(positions) > 0).all()
    assert (variants != images[positions]).any((1, 2)).all()
    assert is_normalized(variants).mean() > 0.9
    np.testing.assert_array_equal(variants, render_low_resolution_variants(images, 0.5, 0)[0])
    assert len(render_low_resolution_variants(images, 0.0, 0)[0]) == 0


def test_stroke_variants_can_have_a_low_resolution():
    """All of them with a share of 1; the seed determines them."""
    drawing = write_digits("8")
    fine, _ = render_stroke_variants([drawing], 60, 0)
    coarse, spans = render_stroke_variants([drawing], 60, 0, low_resolution_share=1.0)
    assert spans.tolist() == [[0, 60]]
    assert (fine != coarse).any((1, 2)).all()
    np.testing.assert_array_equal(coarse, render_stroke_variants([drawing], 60, 0, low_resolution_share=1.0)[0])
