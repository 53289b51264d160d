"""Affine variants of drawings."""

import numpy as np

from inkling.imaging.normalization import is_normalized, normalize
from tests.support.pictures import draw_seven
from trainer.augmentation.affine_variants import PER_DRAWING, draw_variants


def test_variants_are_normalized_and_differ():
    """They look like drawings that the server has normalized; the same seed yields the same ones."""
    image = normalize(draw_seven())
    variants = draw_variants(np.stack([image, image]))
    assert variants.shape == (2 * PER_DRAWING, 28, 28)
    assert is_normalized(variants).mean() > 0.9
    assert len({each.tobytes() for each in (image, *variants)}) == len(variants) + 1
    np.testing.assert_array_equal(draw_variants(np.stack([image, image])), variants)
    mean_difference = np.abs(variants.astype(int) - image).mean((1, 2))
    assert mean_difference.mean() < image.mean()  # they still show the same


def test_blank_images_have_no_variants():
    """Nothing can be normalized."""
    assert draw_variants(np.zeros((2, 28, 28), np.uint8)).shape == (0, 28, 28)
    assert draw_variants(np.zeros((0, 28, 28), np.uint8)).shape == (0, 28, 28)
