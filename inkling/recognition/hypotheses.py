"""Segmentation hypotheses: runs of neighboring segments as candidate digits, with a penalty from their geometry."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from inkling.errors import EmptyPicture
from inkling.imaging.morphology import dilate
from inkling.imaging.normalization import fit_canvas
from inkling.recognition.oversegmentation import Segment, SegmentMap

MAX_SEGMENTS = 8
"""Maximum number of segments in a digit."""

MAX_WIDTH = 2.0
"""Maximum width of a digit, in line heights."""

WIDE_WIDTH = 0.8
"""Width from which a digit is penalized, in line heights."""

MAX_HEIGHT = 1.9
"""Maximum height of a digit, in line heights."""

MIN_HEIGHT = 0.25
"""Minimum height of a digit, in line heights."""

LOW_HEIGHT = 0.45
"""Height below which a digit is penalized by LOW_COST, in line heights."""

SHORT_HEIGHT = 0.75
"""Height below which a digit is penalized by SHORT_COST or SHORT_SPLIT_COST, in line heights."""

MAX_GAP = 0.35
"""Maximum horizontal gap between the segments of a digit, in line heights."""

PATH_COST, PATH_INK_COST, PATH_SPAN_COST = 0.25, 0.03, 0.37
"""Cost of a segmentation path, per stroke width of ink beyond the first that it crosses, and per line height that it spans."""

JOIN_COST, JOIN_GAP_COST = 0.77, 1.2
"""Cost of joining two components, and per line height of the gap between them."""

WIDE_COST, LOW_COST = 1.2, 10.0
"""Cost per line height above WIDE_WIDTH and below LOW_HEIGHT."""

SHORT_COST, SHORT_SPLIT_COST = 2.0, 3.0
"""Cost per line height below SHORT_HEIGHT for whole components (two stacked rings are an eight) and for parts of components."""


@dataclass(frozen=True)
class DigitHypothesis:
    """Segments `first` to `last`, both included, taken as one digit.

    box: int (4,), [left, top, right, bottom). is_split: whether it ends at a segmentation path. penalty: a negative log
    likelihood. labels: those of the segments in the segment map.
    """

    first: int
    last: int
    box: np.ndarray
    is_split: bool
    penalty: float
    labels: list[int]


def build_hypotheses(segments: list[Segment], line_height: float) -> list[DigitHypothesis]:
    """All runs of a line's segments whose size and gaps allow them to be a digit."""
    hypotheses = []
    for first in range(len(segments)):
        box = segments[first].box
        members: list[Segment] = []
        for last in range(first, min(first + MAX_SEGMENTS, len(segments))):
            segment = segments[last]
            if members and _gap(members, segment) > MAX_GAP * line_height:
                break
            box = _union(box, segment.box)
            members = [*members, segment]
            width, height = (box[2:] - box[:2]) / line_height
            if width > MAX_WIDTH or height > MAX_HEIGHT:
                break
            if height >= MIN_HEIGHT:
                is_split = members[0].left_path is not None or members[-1].right_path is not None
                penalty = _penalty(members, width, height, line_height)
                hypotheses.append(DigitHypothesis(first, last, box, is_split, penalty, [each.label for each in members]))
    return hypotheses


def hypothesis_image(box: np.ndarray, labels: list[int], ink: np.ndarray, segment_map: SegmentMap) -> np.ndarray | None:
    """The segments with the given labels as an image, uint8 (28, 28); None if nothing is left at that size.

    box: int (4,), their bounding box. ink: uint8 (height, width) of the whole picture. Faint edge pixels next to the
    segments stay; the ink of other segments is removed.
    """
    left, top, right, bottom = box
    view, crop = segment_map.labels[top:bottom, left:right], ink[top:bottom, left:right]
    mask = np.isin(view, labels)
    if (view[~mask] != 0).any():  # another segment reaches into the box
        crop = np.where(mask | (dilate(mask) & (view == 0)), crop, 0)
    try:
        return fit_canvas(crop)
    except EmptyPicture:
        return None


def _gap(members: list[Segment], segment: Segment) -> int:
    """Horizontal gap in pixels between a segment and the nearest of the others, 0 where they overlap."""
    left, _, right, _ = segment.box.tolist()
    gaps: list[int] = [max(0, left - int(other.box[2]), int(other.box[0]) - right) for other in members]
    return min(gaps)


def _penalty(members: list[Segment], width: float, height: float, line_height: float) -> float:
    """Negative log likelihood of the geometry. width, height: of the hypothesis, in line heights."""
    has_split_end = any(end.left_path is not None or end.right_path is not None for end in (members[0], members[-1]))
    penalty = WIDE_COST * max(0.0, width - WIDE_WIDTH) + LOW_COST * max(0.0, LOW_HEIGHT - height)
    penalty += (SHORT_SPLIT_COST if has_split_end else SHORT_COST) * max(0.0, SHORT_HEIGHT - height)
    by_component: dict[int, list[Segment]] = {}
    for segment in members:
        by_component.setdefault(segment.component, []).append(segment)
    for group in by_component.values():
        for path in (group[0].left_path, group[-1].right_path):
            if path is not None:  # shared by two hypotheses, so each pays half
                penalty += (PATH_COST + PATH_INK_COST * max(0.0, path.ink - 1) + PATH_SPAN_COST * path.span) / 2
    if len(by_component) > 1:
        boxes = [_union(*(segment.box for segment in group)) for group in by_component.values()]
        gaps = [max(0, right[0] - left[2], right[1] - left[3], left[1] - right[3]) for left, right in pairwise(boxes)]
        penalty += JOIN_COST * len(gaps) + JOIN_GAP_COST * sum(gaps) / line_height
    return penalty


def _union(*boxes: np.ndarray) -> np.ndarray:
    """The bounding box of boxes, each int (4,) as [left, top, right, bottom)."""
    stacked = np.array(boxes)
    return np.concatenate([stacked[:, :2].min(0), stacked[:, 2:].max(0)])
