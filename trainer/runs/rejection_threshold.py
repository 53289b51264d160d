"""The rejection threshold: the score from which on a prediction is accepted, found on the validation set and its outliers."""

import numpy as np

from inkling.evaluation.metrics import rejection_rates
from inkling.models.confidence import SCORES
from inkling.models.predictor import Predictor
from trainer.augmentation.affine_variants import draw_variants
from trainer.runs.run import Run

REJECTION_RATE = 0.01
"""Fraction of validation images that may be rejected, if there are no outliers."""

REJECTION_RATE_WITH_OUTLIERS = 0.005
"""The same with outliers: half of the 1 % of unseen writers' digits that may be rejected, since writers differ and a validation
set has few of them. (Not per dataset: one unusual writer in a small dataset would decide for all.)"""

SCORE, SCORE_WITH_OUTLIERS = "confidence", "divergence"
"""A network trained with outliers separates them best by the divergence of its prediction from the uniform distribution: with
0.5 % of the validation digits rejected it rejects 95 % of letters by unseen writers; by confidence 90 %."""


REJECTION_RATE_OF_VARIANTS = 0.05
"""Fraction of the variants of a lesson's drawings that may be rejected. A lesson trains on all of its drawings, so variants of
them stand in for validation images. In lessons on two of MNIST's digits, 6 or 12 drawings each, such thresholds accepted 83 to
99 % of other writers' drawings of the same digits. The perceptron rejected 6 to 39 % of the other digits, the CNN 29 to 58."""


def find_rejection_threshold(predictor: Predictor, run: Run) -> dict:
    """Return the model card's `known`, from the predictor's scores on the run's validation images and outliers."""
    if not run.data["counts"]["validation"]:
        return _find_for_lesson(predictor, run)
    validation, outliers = run.held_out("validation"), run.held_out_outliers("validation")
    is_divergence = outliers is not None and predictor.card.sums_to_one  # the divergence compares distributions
    name = SCORE_WITH_OUTLIERS if is_divergence else SCORE

    def score(images: np.ndarray) -> np.ndarray:
        return SCORES[name](predictor.predict(images).probabilities)

    return {"score": name} | select_threshold(score(validation.images), None if outliers is None else score(outliers.images))


def _find_for_lesson(predictor: Predictor, run: Run) -> dict:
    variants = draw_variants(run.held_out("test").images)
    scores = SCORES[SCORE](predictor.predict(variants).probabilities)
    kind = "variants of the drawings, slightly rotated, slanted and stretched"
    return {"score": SCORE} | select_threshold(scores, None, REJECTION_RATE_OF_VARIANTS, kind)


def select_threshold(
    scores: np.ndarray, outlier_scores: np.ndarray | None, rate: float | None = None, kind: str = "validation images"
) -> dict:
    """Select the threshold for the scores of images, float32 (n,), and of outliers, float32 (m,).

    rate: fraction of the images that may be rejected, by default as with or without outliers. kind: what the images are.
    It is the highest that rejects no more images than allowed, and so the one that rejects the most outliers.
    """
    if rate is None:
        rate = REJECTION_RATE if outlier_scores is None else REJECTION_RATE_WITH_OUTLIERS
    threshold = (
        np.floor(float(np.quantile(scores, rate, method="lower")) * 1e6) / 1e6
    )  # rounded down: rounding rejects no image
    how = f"accepts at least {1 - rate:.1%} of n = {len(scores):,} {kind}"
    return {"threshold": float(threshold), "how": how} | rejection_rates(scores, threshold, outlier_scores)
