"""Known: the sureness from which on an answer is to be trusted, found on images and outliers that were kept aside."""

import numpy as np

from inkling.evaluation.metrics import refusals
from inkling.models.confidence import SCORES
from inkling.models.predictor import Predictor
from trainer.runs.run import Run

REFUSED = 0.01
"""The share of validation images that may fall under the threshold where there are no outliers to tell apart."""

REFUSED_BESIDE_OUTLIERS = 0.005
"""The same where there are: half of the 1 % of unseen writers' digits that may be refused, as hands differ, and a validation
part has few of them. (Not by set: one odd hand in a small set would then decide for all.)"""

SCORE, SCORE_BESIDE_OUTLIERS = "confidence", "divergence"
"""A network that was taught to answer outliers with all labels alike tells them best by how far it is from that: at half a per
cent of the validation digits it refuses 95 of 100 letters of unseen hands by the divergence, 90 by the confidence."""


NOT_FOUND = {"score": SCORE, "threshold": 0.0, "how": "no image was kept aside to find one by: every answer counts as known"}
"""Of a lesson: its drawings are those that the network was taught."""


def find_threshold(predictor: Predictor, run: Run) -> dict:
    """The card's `known`, from the run's validation images and outliers, as the predictor answers them."""
    if not run.data["counts"]["validation"]:
        return NOT_FOUND
    outliers = run.held_out_outliers("validation")
    name = SCORE if outliers is None else SCORE_BESIDE_OUTLIERS
    known, others = (
        None if held_out is None else SCORES[name](predictor.predict(held_out.images).probabilities)
        for held_out in (run.held_out("validation"), outliers)
    )
    return {"score": name} | threshold_of(known, others)


def threshold_of(known: np.ndarray, outliers: np.ndarray | None) -> dict:
    """The threshold for the sureness of answers to images, float32 (n,), and to outliers, float32 (m,).

    The highest that refuses no more images than the rule allows: of the thresholds that do so it refuses the most outliers.
    """
    share = REFUSED if outliers is None else REFUSED_BESIDE_OUTLIERS
    threshold = np.floor(float(np.quantile(known, share, method="lower")) * 1e6) / 1e6  # nobody is refused by rounding
    images = f"{1 - share:.1%} of n = {len(known):,} validation images"
    how = f"at least {images} are answered at least as surely"
    return {"threshold": float(threshold), "how": how} | refusals(known, threshold, outliers)
