"""Known: the confidence from which on an answer is to be trusted, found on images and outliers that were kept aside."""

import numpy as np

from server.inference.metrics import roc_area
from server.inference.predictor import Predictor
from trainer.run import Run

REFUSED = 0.01
"""The share of validation images that may fall under the threshold where there are no outliers to tell apart."""

REFUSED_BESIDE_OUTLIERS = 0.005
"""The same where there are: half of the 1 % that unseen writers are to be refused at most, as hands differ, and a validation
part has few of them."""

ENOUGH = 200
"""Images of a set below which it has no quantile of its own: at half a per cent it would be its worst one."""


def find_threshold(predictor: Predictor, run: Run) -> dict:
    """The card's `known`, from the run's validation images and outliers, as the predictor answers them."""
    confidences = predictor.predict(run.held_out("validation").images).probabilities.max(1)
    outliers = run.held_out_outliers("validation")
    others = None if outliers is None else predictor.predict(outliers.images).probabilities.max(1)
    return threshold_of(confidences, run.validation_sets(), others)


def threshold_of(confidences: np.ndarray, sets: np.ndarray, outliers: np.ndarray | None) -> dict:
    """The threshold for confidences, float32 (n,), of images from `sets`, int (n,), and for those of outliers, float32 (m,).

    It is the lowest of the sets' own quantiles, so that no set is refused more than the rule says: large sets that were fitted
    on would otherwise decide for small ones that are harder.
    """
    share = REFUSED if outliers is None else REFUSED_BESIDE_OUTLIERS
    large = [confidences[sets == which] for which in np.unique(sets) if (sets == which).sum() >= ENOUGH]
    lowest = min(float(np.quantile(each, share, method="lower")) for each in [confidences, *large])
    threshold = float(np.floor(lowest * 1e6) / 1e6)  # rounded down, so that nobody is refused by rounding
    how = f"at least {1 - share:.1%} of n = {len(confidences):,} validation images"
    how += ", and of those of each large set," if len(large) > 1 else ""
    found = {
        "threshold": threshold,
        "how": f"{how} are answered with at least this confidence",
        "refused": float((confidences < threshold).mean()),
    }
    if outliers is None:
        return found
    return found | {
        "roc_area": roc_area(confidences, outliers),
        "outliers": len(outliers),
        "outliers_refused": float((outliers < threshold).mean()),
    }
