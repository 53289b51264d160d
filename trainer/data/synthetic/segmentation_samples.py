"""Segments cut from synthetic text lines by the recognizer's own segmentation: digits, and wrong segments as outliers.

A network that was trained on isolated digits only is as confident about half a digit, or two at once, as about a whole one. So
it is also trained on the segments that the recognizer produces, the correct ones as digits and the wrong ones as outliers
(LeCun, Bottou, Bengio, Haffner 1998, section VI).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkling.imaging.foreground import extract_foreground
from inkling.imaging.normalization import IMAGE_SIDE
from inkling.limits import Limits
from inkling.recognition.component_filter import filter_components
from inkling.recognition.hypotheses import build_hypotheses, hypothesis_image
from inkling.recognition.oversegmentation import SegmentMap, oversegment
from inkling.recognition.text_lines import TextLine, find_text_lines
from trainer.data.synthetic.drawing import Strokes
from trainer.data.synthetic.spacing import sample_points
from trainer.data.synthetic.text_lines import PageLayout, SyntheticPage, generate_line, is_dot

TOUCHING_LAYOUT = PageLayout(touching=0.4, min_one_touches=False, overlap=0.5)

MIN_DIGIT_SHARE, MAX_DIGIT_FOREIGN = 0.9, 0.12
"""A segment is a digit if it contains at least this share of the digit's strokes, and at most this much of others."""

MAX_PART_SHARE, MIN_MERGED_FOREIGN = 0.65, 0.3
"""A segment is wrong if it contains less than this share of any digit, or at least this much of another. Those in between are
ambiguous and are not used."""

MIN_HEIGHT, MAX_WIDTH = 0.45, 1.6
"""Segments that are lower or wider than this, in line heights, are never taken for a digit."""

MAX_NARROW_ASPECT = 0.35
"""Width divided by height up to which part of a digit may look like a one."""

MAX_SEGMENTS_PER_LINE = 12
"""Wrong segments that are used of a line; a line of six digits has dozens."""

DIGITS_PER_LINE = 3, 6


@dataclass(frozen=True)
class SegmentSample:
    """A segment of a synthetic line.

    image: uint8 (28, 28). digit: index of the digit of which it contains the largest share. share: that share. foreign: length
    of other digits' strokes in it, relative to the length of that digit's strokes. is_narrow: whether it is as narrow as a one.
    """

    image: np.ndarray
    digit: int
    share: float
    foreign: float
    is_narrow: bool

    @property
    def is_digit(self) -> bool:
        return self.share >= MIN_DIGIT_SHARE and self.foreign <= MAX_DIGIT_FOREIGN

    @property
    def is_wrong(self) -> bool:
        """Whether it is certainly not a digit."""
        return self.foreign >= MIN_MERGED_FOREIGN or (self.share < MAX_PART_SHARE and not self.is_narrow)


def extract_segments(page: SyntheticPage) -> list[SegmentSample]:
    """Return the segments that the recognizer would score in a page, except those too low or too wide for a digit."""
    ink = extract_foreground(page.picture())
    components, chosen = filter_components(ink, Limits().max_digits)
    if not len(chosen):
        return []
    segment_map = SegmentMap(components)
    lines = [TextLine(chosen[line.components], line.height) for line in find_text_lines(components.boxes[chosen])]
    pieces = [oversegment(line, components, ink, segment_map, set()) for line in lines]
    points_per_label = _count_points(page, segment_map)  # (digits, labels)
    lengths = points_per_label.sum(1)
    samples = []
    for line, line_pieces in zip(lines, pieces, strict=True):
        for segment in build_hypotheses(line_pieces, line.height):
            width, height = (segment.box[2:] - segment.box[:2]) / line.height
            if height < MIN_HEIGHT or width > MAX_WIDTH:
                continue
            image = hypothesis_image(segment.box, segment.labels, ink, segment_map)
            if image is None:
                continue
            points = points_per_label[:, segment.labels].sum(1)
            digit = int((points / lengths).argmax())
            foreign = (points.sum() - points[digit]) / lengths[digit]
            is_narrow = bool(width < MAX_NARROW_ASPECT * height)
            samples.append(SegmentSample(image, digit, points[digit] / lengths[digit], foreign, is_narrow))
    return samples


def segment_between_neighbors(drawing: Strokes, neighbors: Sequence[Strokes], rng: np.random.Generator) -> np.ndarray | None:
    """Write a drawing between two neighbors and cut it out: uint8 (28, 28), or None if segmentation can't separate them."""
    drawings = [neighbors[0], drawing, neighbors[1]]
    if any(is_dot(each) for each in drawings):
        return None
    page = generate_line(drawings, TOUCHING_LAYOUT, rng)
    images = [sample.image for sample in extract_segments(page) if sample.digit == 1 and sample.is_digit]
    return images[rng.integers(len(images))] if images else None


def generate_wrong_segments(drawings: Sequence[Strokes], count: int, rng: np.random.Generator) -> np.ndarray:
    """Generate segments of lines that are not digits: uint8 (n, 28, 28). n < count if the drawings are too simple."""
    drawings = [drawing for drawing in drawings if not is_dot(drawing)]
    images: list[np.ndarray] = []
    attempts = 0
    while len(images) < count and attempts < count and drawings:
        attempts += 1
        chosen = rng.integers(0, len(drawings), rng.integers(DIGITS_PER_LINE[0], DIGITS_PER_LINE[1] + 1))
        page = generate_line([drawings[index] for index in chosen], TOUCHING_LAYOUT, rng)
        wrong = [sample.image for sample in extract_segments(page) if sample.is_wrong]
        images += [wrong[index] for index in rng.permutation(len(wrong))[:MAX_SEGMENTS_PER_LINE]]
    return np.array(images[:count], np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def _count_points(page: SyntheticPage, segment_map: SegmentMap) -> np.ndarray:
    """Count the points along each digit's strokes in each label of the map: float64 (digits, labels)."""
    height, width = segment_map.labels.shape
    counts = np.zeros((len(page.digits), segment_map.count))
    for digit, row in zip(page.digits, counts, strict=True):
        x, y = np.clip(np.rint(sample_points(digit, 1.0)).astype(np.intp), 0, [width - 1, height - 1]).T
        row += np.bincount(segment_map.labels[y, x], minlength=segment_map.count)
    return counts
