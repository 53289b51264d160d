"""Path: the best way to take a line's pieces as digits, found by dynamic programming."""

import numpy as np

from inkling.recognition.hypotheses import Segment
from inkling.recognition.oversegmentation import Piece

SURE = 1e-4
"""A probability below this costs no more."""

UNKNOWN = 0.3
"""What a digit costs, besides, that is not known."""

LEFT_OUT, LEFT_OUT_SIZE = 0.7, 6.2
"""What it costs to take a piece for no digit, and one of the line's height, besides; it grows with the square of the size."""


def best_path(
    pieces: list[Piece], segments: list[Segment], confidences: np.ndarray, known: np.ndarray, height: float
) -> tuple[list[int], list[int]]:
    """Which segments, by index, are the line's digits, and which pieces are left out, both from left to right.

    The sum of -log confidence and of penalties is least over all ways from the first piece to the last: the best path
    through the segmentation graph of LeCun, Bottou, Bengio, Haffner 1998, section V. confidences: float (segments,), and
    known: bool (segments,), are the network's.
    """
    costs = -np.log(np.maximum(confidences, SURE)) + UNKNOWN * ~known
    starting: list[list[int]] = [[] for _ in pieces]
    for index, segment in enumerate(segments):
        starting[segment.first].append(index)
    least = [np.inf] * (len(pieces) + 1)
    least[0] = 0.0
    came: list[tuple[int, int | None]] = [(0, None)] * (len(pieces) + 1)
    for at, piece in enumerate(pieces):
        size = min(1.0, float((piece.box[2:] - piece.box[:2]).max()) / height)
        total = least[at] + LEFT_OUT + LEFT_OUT_SIZE * size**2
        if total < least[at + 1]:
            least[at + 1], came[at + 1] = total, (at, None)
        for index in starting[at]:
            segment = segments[index]
            total = least[at] + float(costs[index]) + segment.penalty
            if total < least[segment.last + 1]:
                least[segment.last + 1], came[segment.last + 1] = total, (at, index)
    chosen, left_out, at = [], [], len(pieces)
    while at:
        at, index = came[at]
        if index is None:
            left_out.append(at)
        else:
            chosen.append(index)
    return chosen[::-1], left_out[::-1]
