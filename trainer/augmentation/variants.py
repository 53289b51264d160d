"""Variants of the training images: what CropSampler may draw in place of an image."""

import numpy as np

from trainer.augmentation.low_resolution import render_low_resolution_variants
from trainer.augmentation.strokes import render_stroke_variants
from trainer.data.training_examples import TrainingExamples
from trainer.settings import FitSettings


def render_variants(examples: TrainingExamples, settings: FitSettings) -> tuple[np.ndarray, np.ndarray]:
    """Render stroke variants, and low-resolution variants of a share of the training images without strokes.

    Returns the variants, uint8 (m, 28, 28), and for each image the index of its first variant and their number, int32 (n, 2).
    """
    seed, share = settings.training_seed, settings.low_resolution_share
    variants, spans = render_stroke_variants(
        examples.strokes, settings.stroke_variants, seed, settings.context_share, settings.low_resolution_share
    )
    if not share:
        return variants, spans
    training = examples.labeled + examples.outliers
    without_strokes = np.array([index for index in range(training) if not examples.strokes[index]], np.intp)
    small, positions = render_low_resolution_variants(examples.images[without_strokes], share, seed)
    spans[without_strokes[positions], 0] = len(variants) + np.arange(len(small))
    spans[without_strokes[positions], 1] = 1
    return np.concatenate([variants, small]), spans
