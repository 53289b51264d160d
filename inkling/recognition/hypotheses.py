"""Segments: neighbouring pieces taken for one digit, each as an image and with what speaks against it but its looks."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from inkling.errors import EmptyPicture
from inkling.imaging.connected_components import grown
from inkling.imaging.normalization import to_image
from inkling.recognition.oversegmentation import Labels, Piece

MOST_PIECES = 8
"""Pieces of one digit, at most."""

WIDEST = 2.0
"""Width of a digit in heights of its line, at most; it is rarely …"""

WIDE = 0.8
"""… as wide."""

HIGHEST = 1.9
"""Height of a digit in heights of its line, at most."""

LOWEST = 0.25
"""… and at least; it is rarely …"""

LOW = 0.45
"""… as low."""

GAP = 0.35
"""Pieces of a digit that are farther apart than this many heights of the line are those of two."""

PER_CUT, PER_INK, PER_SPAN = 0.25, 0.03, 0.37
"""What a cut costs, each width of a pen that it goes through more than one, each height of the line that it spans."""

PER_GAP, PER_JOIN = 1.2, 0.77
"""What joining signs costs, and each height of the line between them."""

PER_WIDTH, PER_LOWNESS = 1.2, 10.0
"""What each height of the line beyond WIDE or below LOW costs, …"""

PER_SHORTNESS, PER_SHORTNESS_CUT = 2.0, 3.0
"""… and below SHORT, of what is a sign of its own (two rings, one above the other, are an eight) and of what is cut."""

SHORT = 0.75


@dataclass(frozen=True)
class Segment:
    """Pieces first to last, both of them in it, as one digit. box: [left, top, right, bottom].

    cut: whether it is a part of a sign. penalty: as a -log.
    """

    first: int
    last: int
    box: np.ndarray
    cut: bool
    penalty: float
    labels: list[int]


def find_segments(pieces: list[Piece], height: float) -> list[Segment]:
    """The segments of a line that may be digits."""
    segments = []
    for first in range(len(pieces)):
        box = pieces[first].box
        chosen: list[Piece] = []
        for last in range(first, min(first + MOST_PIECES, len(pieces))):
            piece = pieces[last]
            gap = _gap(chosen, piece)
            if chosen and gap > GAP * height:
                break
            box = np.concatenate([np.minimum(box[:2], piece.box[:2]), np.maximum(box[2:], piece.box[2:])])
            chosen = [*chosen, piece]
            wide, high = (box[2:] - box[:2]) / height
            if wide > WIDEST or high > HIGHEST:
                break
            if high >= LOWEST:
                cut = chosen[0].before is not None or chosen[-1].after is not None
                penalty = _penalty(chosen, wide, high, height)
                segments.append(Segment(first, last, box, cut, penalty, [each.label for each in chosen]))
    return segments


def image_of(box: np.ndarray, chosen: list[int], ink: np.ndarray, labels: Labels) -> np.ndarray | None:
    """What has the chosen labels as an image, uint8 (28, 28), as of a picture of it alone; None where it vanishes."""
    left, top, right, bottom = box
    view, crop = labels.levels[top:bottom, left:right], ink[top:bottom, left:right]
    own = np.zeros(labels.count, bool)
    own[chosen] = True
    own[0] = True
    if not own[view].all():
        own[0] = False
        mine = own[view]
        crop = np.where(mine | (grown(mine) & (view == 0)), crop, 0)
    try:
        return to_image(crop)
    except EmptyPicture:
        return None


def _gap(chosen: list[Piece], piece: Piece) -> float:
    """How far a piece lies beside the nearest of others."""
    return min((max(0, piece.box[0] - each.box[2], each.box[0] - piece.box[2]) for each in chosen), default=0)


def _penalty(chosen: list[Piece], wide: float, high: float, height: float) -> float:
    penalty = PER_WIDTH * max(0.0, wide - WIDE) + PER_LOWNESS * max(0.0, LOW - high)
    cut = any(piece.before is not None or piece.after is not None for piece in (chosen[0], chosen[-1]))
    penalty += (PER_SHORTNESS_CUT if cut else PER_SHORTNESS) * max(0.0, SHORT - high)
    by_sign: dict[int, list[Piece]] = {}
    for piece in chosen:
        by_sign.setdefault(piece.sign, []).append(piece)
    for own in by_sign.values():
        for cut in (own[0].before, own[-1].after):
            if cut is not None:
                penalty += (PER_CUT + PER_INK * max(0.0, cut.ink - 1) + PER_SPAN * cut.span) / 2
    if len(by_sign) > 1:
        signs = [
            np.concatenate([np.min([p.box[:2] for p in own], 0), np.max([p.box[2:] for p in own], 0)])
            for own in by_sign.values()
        ]
        gaps = [max(0, right[0] - left[2], right[1] - left[3], left[1] - right[3]) for left, right in pairwise(signs)]
        penalty += PER_JOIN * len(gaps) + PER_GAP * sum(gaps) / height
    return penalty
