"""Rescoring: chooses between the readings of a line by segmentation and by a line network, which makes other mistakes."""

from dataclasses import dataclass

import numpy as np

from inkling.deadline import check_deadline
from inkling.models.line_network import LineNetwork
from inkling.recognition.best_path import find_path_for_labels
from inkling.recognition.ctc import greedy_symbols, search_symbols, sequence_log_likelihoods
from inkling.recognition.hypotheses import DigitHypothesis
from inkling.recognition.line_image import LineImage
from inkling.recognition.oversegmentation import Segment

LINE_WEIGHT = 0.2
"""Weight of the line network's log likelihood against the costs of segmentation."""

BEAM = 10
"""Number of readings of the line network that are compared."""

MAX_OTHER_SHARE = 0.5
"""A word of which the line network takes more than this for other characters than digits is not a number."""


@dataclass(frozen=True)
class LineReading:
    """What a line network reads. image: of the line. log_probabilities: float32 (steps, symbols), see `LineNetwork.predict`."""

    image: LineImage
    log_probabilities: np.ndarray

    @classmethod
    def predict(cls, network: LineNetwork, image: LineImage) -> "LineReading":
        """Read a line."""
        return cls(image, network.predict(image.pixels))

    def other_share(self, left: float, right: float) -> float:
        """Share of the characters between two x that are no digits, 0 to 1, weighted by step."""
        steps = len(self.log_probabilities)
        stride = self.image.pixels.shape[1] / steps
        x = self.image.left + (np.arange(steps) + 0.5) * stride * self.image.step
        probabilities = np.exp(self.log_probabilities[(x >= left) & (x < right)].astype(np.float64))
        characters = float((1 - probabilities[:, -1]).sum())
        return float(probabilities[:, -2].sum()) / characters if characters > 0 else 0.0


@dataclass(frozen=True)
class RescoredPath:
    """chosen, skipped: as of `find_best_path`. probabilities: of the chosen hypotheses, float32 (n, labels)."""

    chosen: list[int]
    skipped: list[int]
    probabilities: np.ndarray


def rescore_path(
    reading: LineReading,
    path: tuple[list[int], list[int]],
    segments: list[Segment],
    hypotheses: list[DigitHypothesis],
    probabilities: np.ndarray,
    known: np.ndarray,
    line_height: float,
) -> RescoredPath:
    """Replace the best path through the segments if the line network prefers another number.

    path: as of `find_best_path`. probabilities: float32 (hypotheses, labels), and known: bool (hypotheses,), are the network's.
    The readings of both are compared by the sum of the cost of their best path and of the line network's log likelihood. If the
    line holds other characters, the path stays.
    """
    chosen, skipped = path
    unchanged = RescoredPath(chosen, skipped, probabilities[chosen])
    text = tuple(probabilities[chosen].argmax(1).tolist())
    other = probabilities.shape[1]
    greedy = greedy_symbols(reading.log_probabilities)
    if greedy == text or other in greedy:
        return unchanged
    texts = list(dict.fromkeys([text, greedy, *search_symbols(reading.log_probabilities, BEAM)]))
    texts = [each for each in texts if each and other not in each]
    likelihoods = sequence_log_likelihoods(reading.log_probabilities, texts)
    paths = []
    for each in texts:
        check_deadline()
        paths.append(find_path_for_labels(segments, hypotheses, probabilities, known, line_height, each))
    totals = [cost - LINE_WEIGHT * likelihood for (cost, _, _), likelihood in zip(paths, likelihoods, strict=True)]
    best = int(np.argmin(totals))
    if texts[best] == text or not np.isfinite(totals[best]):
        return unchanged
    _, chosen, skipped = paths[best]
    return RescoredPath(chosen, skipped, _combine(texts[best], probabilities[chosen], reading.log_probabilities))


def _combine(labels: tuple[int, ...], probabilities: np.ndarray, log_probabilities: np.ndarray) -> np.ndarray:
    """Combine the probabilities of digits, float32 (n, labels), with those of the line network where they disagree.

    By Bayes' rule: the line network's likelihood of the line with each label in that place is the other factor.
    """
    combined = probabilities.copy()
    for position, label in enumerate(labels):
        if probabilities[position].argmax() == label:
            continue
        check_deadline()
        alternatives = [(*labels[:position], each, *labels[position + 1 :]) for each in range(probabilities.shape[1])]
        likelihoods = LINE_WEIGHT * sequence_log_likelihoods(log_probabilities, alternatives)
        weighted = np.maximum(probabilities[position], 1e-4) * np.exp(likelihoods - likelihoods.max())
        combined[position] = weighted / weighted.sum()
    return combined
