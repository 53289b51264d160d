"""Best path through the segmentation graph of a line, by dynamic programming."""

from collections.abc import Sequence

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
    costs, starting_at = _costs(confidences, known), _group_by_first(segments, hypotheses)
    lowest = [np.inf] * (len(segments) + 1)
    lowest[0] = 0.0
    previous: list[tuple[int, int | None]] = [(0, None)] * (len(segments) + 1)  # node and hypothesis, None = skipped
    for node, segment in enumerate(segments):
        total = lowest[node] + _skip_cost(segment, line_height)
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


def find_path_for_labels(
    segments: list[Segment],
    hypotheses: list[DigitHypothesis],
    probabilities: np.ndarray,
    known: np.ndarray,
    line_height: float,
    labels: Sequence[int],
) -> tuple[float, list[int], list[int]]:
    """Return the lowest cost of a path whose digits have the given labels, its hypotheses and its skipped segments.

    The costs are those of `find_best_path`, with the probability of the given label in place of the confidence.
    probabilities: float (hypotheses, labels). The cost is inf, and the lists are empty, if there is no such path.
    """
    costs = _costs(probabilities, known[:, None]) + np.array([each.penalty for each in hypotheses])[:, None]
    count = len(labels)
    costs = costs[:, list(labels)]  # (hypotheses, count)
    starting_at = _group_by_first(segments, hypotheses)
    lowest = np.full((len(segments) + 1, count + 1), np.inf)  # by node and number of digits before it
    lowest[0, 0] = 0.0
    previous = np.full((len(segments) + 1, count + 1), -1)  # the hypothesis that ends here, -1 = skipped
    for node, segment in enumerate(segments):
        skipped = lowest[node] + _skip_cost(segment, line_height)
        is_lower = skipped < lowest[node + 1]
        lowest[node + 1, is_lower], previous[node + 1, is_lower] = skipped[is_lower], -1
        for index in starting_at[node]:
            end, totals = hypotheses[index].last + 1, lowest[node, :-1] + costs[index]
            is_lower = totals < lowest[end, 1:]
            lowest[end, 1:][is_lower], previous[end, 1:][is_lower] = totals[is_lower], index
    chosen: list[int] = []
    skipped_segments: list[int] = []
    node, position = len(segments), count
    total = float(lowest[node, position])
    while node and np.isfinite(total):
        index = int(previous[node, position])
        if index < 0:
            node -= 1
            skipped_segments.append(node)
        else:
            node, position = hypotheses[index].first, position - 1
            chosen.append(index)
    return total, chosen[::-1], skipped_segments[::-1]


def _costs(probabilities: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The cost of hypotheses with these probabilities; known: bool of a shape that broadcasts to theirs."""
    costs: np.ndarray = -np.log(np.maximum(probabilities, MIN_PROBABILITY)) + UNKNOWN_COST * ~known
    return costs


def _skip_cost(segment: Segment, line_height: float) -> float:
    size = min(1.0, float((segment.box[2:] - segment.box[:2]).max()) / line_height)
    return SKIP_COST + SKIP_SIZE_COST * size**2


def _group_by_first(segments: list[Segment], hypotheses: list[DigitHypothesis]) -> list[list[int]]:
    """The indices of the hypotheses that begin at each segment."""
    starting_at: list[list[int]] = [[] for _ in segments]
    for index, hypothesis in enumerate(hypotheses):
        starting_at[hypothesis.first].append(index)
    return starting_at
