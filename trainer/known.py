"""Known: the confidence from which on an answer is to be trusted, found on images and outliers that were kept aside."""

import numpy as np

from server.inference.metrics import roc_area
from server.inference.predictor import Predictor
from trainer.run import Run

REFUSED = 0.01
"""The share of validation images that may fall under the threshold where there are no outliers to tell apart."""

REFUSED_BESIDE_OUTLIERS = 0.005
"""The same where there are: half of the 1 % of unseen writers' digits that may be refused, as hands differ, and a validation
part has few of them. (Not by set: one odd hand in a small set would then decide for all.)"""


def find_threshold(predictor: Predictor, run: Run) -> dict:
    """The card's `known`, from the run's validation images and outliers, as the predictor answers them."""
    confidences = predictor.predict(run.held_out("validation").images).probabilities.max(1)
    outliers = run.held_out_outliers("validation")
    others = None if outliers is None else predictor.predict(outliers.images).probabilities.max(1)
    return threshold_of(confidences, others)


def threshold_of(confidences: np.ndarray, outliers: np.ndarray | None) -> dict:
    """The threshold for confidences, float32 (n,), of images and for those, float32 (m,), of outliers.

    The highest that refuses no more images than the rule allows: of the thresholds that do so it refuses the most outliers.
    """
    share = REFUSED if outliers is None else REFUSED_BESIDE_OUTLIERS
    threshold = float(np.floor(np.quantile(confidences, share, method="lower") * 1e6) / 1e6)  # nobody is refused by rounding
    images = f"{1 - share:.1%} of n = {len(confidences):,} validation images"
    found = {
        "threshold": threshold,
        "how": f"at least {images} are answered with at least this confidence",
        "refused": float((confidences < threshold).mean()),
    }
    if outliers is None:
        return found
    return found | {
        "roc_area": roc_area(confidences, outliers),
        "outliers": len(outliers),
        "outliers_refused": float((outliers < threshold).mean()),
    }
