"""Variants of training images, as CropSampler gets them."""

import numpy as np

from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from tests.support.digit_fixtures import write_digits
from trainer.augmentation.variants import render_variants
from trainer.data.training_examples import TrainingExamples
from trainer.settings import FitSettings

DRAWINGS = [write_digits("3"), None, write_digits("7"), None, None]
IMAGES = np.stack([normalize(rasterize(write_digits(digit))) for digit in "38765"])
EXAMPLES = TrainingExamples(IMAGES, np.zeros(5, np.int32), 3, 1, DRAWINGS)  # the last image is for validation


def test_images_without_strokes_have_low_resolution_variants():
    """One each, if the share is 1; validation images have none."""
    variants, spans = render_variants(EXAMPLES, FitSettings(stroke_variants=4, low_resolution_share=1.0))
    assert spans.tolist() == [[0, 4], [8, 1], [4, 4], [9, 1], [0, 0]]
    assert variants.shape == (10, 28, 28)


def test_by_default_only_strokes_have_variants():
    """As before the setting existed."""
    variants, spans = render_variants(EXAMPLES, FitSettings(stroke_variants=4))
    assert spans[:, 1].tolist() == [4, 0, 4, 0, 0]
    assert len(variants) == 8
