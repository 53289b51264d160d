"""Pieces: the signs of a line, in order, those that may be several digits cut apart."""

from dataclasses import dataclass

import numpy as np

from inkling.imaging.connected_components import Parts
from inkling.recognition.segmentation_paths import Cut, find_cuts
from inkling.recognition.text_lines import Row

WIDE = 0.45
"""A sign as wide as this share of its line's height may be two digits."""

LOW = 0.45
"""A sign lower than this share of it is none."""


@dataclass(frozen=True)
class Piece:
    """What is not cut any further.

    label: in the picture of labels; box: [left, top, right, bottom); sign: the part it is from;
    before, after: the cuts at its ends; None where the sign ends.
    """

    label: int
    box: np.ndarray
    sign: int
    before: Cut | None
    after: Cut | None


class Labels:
    """Which piece each pixel belongs to. levels: int32 (height, width), 0 = none."""

    def __init__(self, parts: Parts):
        height, width = parts.shape
        steps = np.zeros(height * (width + 1), np.int32)
        names = parts.labels.astype(np.int32) + 1
        steps[parts.rows * (width + 1) + parts.starts] = names
        np.subtract.at(steps, parts.rows * (width + 1) + parts.ends, names)
        self.levels = np.cumsum(steps, dtype=np.int32).reshape(height, width + 1)[:, :width]
        self.count = len(parts) + 1

    def new(self) -> int:
        """A label that none has yet."""
        self.count += 1
        return self.count - 1


def may_be_several(box: np.ndarray, height: float) -> bool:
    """Whether a sign, int (4,) as [left, top, right, bottom], in a line of a height may be digits that touch."""
    return box[2] - box[0] >= WIDE * height and box[3] - box[1] >= LOW * height


def find_pieces(row: Row, parts: Parts, ink: np.ndarray, labels: Labels, whole: set[int]) -> list[Piece]:
    """The pieces of a line from left to right, each cut one with a label of its own. whole: signs that are not to be cut."""
    runs = np.isin(parts.labels, row.signs)
    pen = max(1.0, float(np.median((parts.ends - parts.starts)[runs])))
    pieces: list[Piece] = []
    for sign in row.signs:
        box = parts.boxes[sign]
        if int(sign) not in whole and may_be_several(box, row.height):
            pieces += _cut(int(sign), box, row, pen, ink, labels)
        else:
            pieces.append(Piece(int(sign) + 1, box, int(sign), None, None))
    return sorted(pieces, key=lambda piece: int(piece.box[0] + piece.box[2]))


def _cut(sign: int, box: np.ndarray, row: Row, pen: float, ink: np.ndarray, labels: Labels) -> list[Piece]:
    """The pieces of one sign."""
    left, top, right, bottom = box
    view = labels.levels[top:bottom, left:right]
    own = view == sign + 1
    cuts = find_cuts(np.where(own, ink[top:bottom, left:right], 0), row.height, pen)
    if not cuts:
        return [Piece(sign + 1, box, sign, None, None)]
    columns = np.arange(right - left)
    passed = sum((columns >= cut.columns[:, None]).astype(np.int8) for cut in cuts)  # cuts to the left of each pixel
    ends = [None, *cuts, None]
    pieces = []
    for index in range(len(cuts) + 1):
        mask = own & (passed == index)
        if not mask.any():  # two cuts along the same path
            continue
        rows, across = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        label = labels.new()
        view[mask] = label
        piece = [left + across[0], top + rows[0], left + across[-1] + 1, top + rows[-1] + 1]
        pieces.append(Piece(label, np.array(piece), sign, ends[index], ends[index + 1]))
    return pieces
