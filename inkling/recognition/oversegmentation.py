"""Oversegmentation: splits the components of a line that may be touching digits into segments."""

from dataclasses import dataclass

import numpy as np

from inkling.deadline import check_deadline
from inkling.imaging.connected_components import ConnectedComponents
from inkling.recognition.segmentation_paths import SegmentationPath, find_segmentation_paths
from inkling.recognition.text_lines import TextLine

MIN_TOUCHING_WIDTH = 0.45
"""Minimum width of a component that may be several touching digits, in line heights."""

MIN_TOUCHING_HEIGHT = 0.45
"""Minimum height of such a component, in line heights."""


@dataclass(frozen=True)
class Segment:
    """A component, or a part of one: never split any further.

    label: its value in the segment map. box: int (4,), [left, top, right, bottom). component: index of the connected
    component. left_path, right_path: the paths along which it was cut off; None where the component ends.
    """

    label: int
    box: np.ndarray
    component: int
    left_path: SegmentationPath | None
    right_path: SegmentationPath | None


class SegmentMap:
    """The segment of each pixel.

    labels: int32 (height, width), 0 = background; component i starts as label i + 1. count: number of labels, 0 included.
    """

    def __init__(self, components: ConnectedComponents):
        height, width = components.shape
        steps = np.zeros(height * (width + 1), np.int32)
        run_labels = components.labels.astype(np.int32) + 1
        steps[components.rows * (width + 1) + components.starts] = run_labels
        np.subtract.at(steps, components.rows * (width + 1) + components.ends, run_labels)
        self.labels = np.cumsum(steps, dtype=np.int32).reshape(height, width + 1)[:, :width]
        self.count = len(components) + 1

    def new_label(self) -> int:
        """Reserve an unused label."""
        self.count += 1
        return self.count - 1


def may_be_touching(box: np.ndarray, line_height: float) -> bool:
    """Whether a component, box int (4,) as [left, top, right, bottom), is large enough to be several touching digits."""
    left, top, right, bottom = box.tolist()
    return bool(right - left >= MIN_TOUCHING_WIDTH * line_height and bottom - top >= MIN_TOUCHING_HEIGHT * line_height)


def oversegment(
    line: TextLine, components: ConnectedComponents, ink: np.ndarray, segment_map: SegmentMap, unsplit: set[int]
) -> list[Segment]:
    """Split the components of a line and return its segments from left to right.

    ink: uint8 (height, width). Each new segment gets a label of its own in `segment_map`, which is changed in place.
    unsplit: indices of components that must stay whole.
    """
    stroke_width = max(1.0, float(np.median(components.run_lengths(line.components))))
    segments: list[Segment] = []
    for component in line.components.tolist():
        check_deadline()
        box = components.boxes[component]
        if component not in unsplit and may_be_touching(box, line.height):
            segments += _split(component, box, line.height, stroke_width, ink, segment_map)
        else:
            segments.append(Segment(component + 1, box, component, None, None))
    return sorted(segments, key=lambda segment: int(segment.box[0] + segment.box[2]))


def _split(
    component: int, box: np.ndarray, line_height: float, stroke_width: float, ink: np.ndarray, segment_map: SegmentMap
) -> list[Segment]:
    """The segments of one component; one segment where no path crosses it."""
    left, top, right, bottom = box
    view = segment_map.labels[top:bottom, left:right]
    is_component = view == component + 1
    paths = find_segmentation_paths(np.where(is_component, ink[top:bottom, left:right], 0), line_height, stroke_width)
    if not paths:
        return [Segment(component + 1, box, component, None, None)]
    columns = np.arange(right - left)
    paths_to_left = np.zeros(view.shape, np.int8)
    for path in paths:
        paths_to_left += columns >= path.columns[:, None]
    ends = [None, *paths, None]
    segments = []
    for index in range(len(paths) + 1):
        mask = is_component & (paths_to_left == index)
        if not mask.any():  # two paths through the same pixels
            continue
        rows, mask_columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        label = segment_map.new_label()
        view[mask] = label
        segment_box = np.array([left + mask_columns[0], top + rows[0], left + mask_columns[-1] + 1, top + rows[-1] + 1])
        segments.append(Segment(label, segment_box, component, ends[index], ends[index + 1]))
    return segments
