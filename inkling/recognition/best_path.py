"""Best path through the segmentation graph of a line, by dynamic programming."""

import numpy as np

from inkling.recognition.hypotheses import DigitHypothesis
from inkling.recognition.oversegmentation import Segment

MIN_PROBABILITY = 1e-4
"""Probabilities below this cost the same."""

UNKNOWN_COST = 0.3
"""Extra cost of a digit that is not known."""

SKIP_COST, SKIP_SIZE_COST = 0.7, 6.2
"""Cost of skipping a segment, and the extra cost at the height of the line; the extra grows with the square of the size."""


def find_best_path(
    segments: list[Segment],
    hypotheses: list[DigitHypothesis],
    confidences: np.ndarray,
    known: np.ndarray,
    line_height: float,
) -> tuple[list[int], list[int]]:
    """Return the indices of the hypotheses that are the line's digits and of the skipped segments, both from left to right.

    Minimizes the sum of -log confidence and penalties over all paths from the first segment to the last: the best path
    through the segmentation graph of LeCun, Bottou, Bengio, Haffner 1998, section V. confidences: float (hypotheses,), and
    known: bool (hypotheses,), are the network's.
    """
    costs = -np.log(np.maximum(confidences, MIN_PROBABILITY)) + UNKNOWN_COST * ~known
    starting_at: list[list[int]] = [[] for _ in segments]
    for index, hypothesis in enumerate(hypotheses):
        starting_at[hypothesis.first].append(index)
    lowest = [np.inf] * (len(segments) + 1)
    lowest[0] = 0.0
    previous: list[tuple[int, int | None]] = [(0, None)] * (len(segments) + 1)  # node and hypothesis, None = skipped
    for node, segment in enumerate(segments):
        size = min(1.0, float((segment.box[2:] - segment.box[:2]).max()) / line_height)
        total = lowest[node] + SKIP_COST + SKIP_SIZE_COST * size**2
        if total < lowest[node + 1]:
            lowest[node + 1], previous[node + 1] = total, (node, None)
        for index in starting_at[node]:
            hypothesis = hypotheses[index]
            total = lowest[node] + float(costs[index]) + hypothesis.penalty
            if total < lowest[hypothesis.last + 1]:
                lowest[hypothesis.last + 1], previous[hypothesis.last + 1] = total, (node, index)
    chosen: list[int] = []
    skipped: list[int] = []
    node = len(segments)
    while node:
        node, step = previous[node]
        if step is None:
            skipped.append(node)
        else:
            chosen.append(step)
    return chosen[::-1], skipped[::-1]
