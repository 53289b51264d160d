"""Cut-outs: what reading cuts out of a written line, a digit whole or not, so that a network learns to tell the two apart.

A network that has only seen digits alone is as sure of a half of one, or of two at once, as of a digit. So segments of lines
that were composed serve in training, the right ones as digits and the wrong ones as outliers, as in LeCun, Bottou, Bengio,
Haffner 1998, section VI: a recogniser is to be taught on what its segmenter gives it.
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
from trainer.data.synthetic.spacing import spread
from trainer.data.synthetic.text_lines import Layout, Page, compose_line, is_dot

TOUCHING = Layout(touching=0.4, some_touch=False, overlap=0.5)
"""Lines as hard as any that are to be read."""

WHOLE, FOREIGN = 0.9, 0.12
"""A segment is a digit if it holds this share of its strokes, and no more of others than this, as shares of its own length."""

PART, MERGED = 0.65, 0.3
"""It is none if it holds less than this share of any, or as much of another: in between nobody can tell."""

LOW, WIDE = 0.45, 1.6
"""Sizes, in heights of the line, below and above which no segment is mistaken for a digit."""

NARROW = 0.35
"""Width as a share of the height: a part of a digit as narrow is a one, as far as anybody can see."""

PER_PAGE = 12
"""Wrong segments taken of a line, by chance: a line of six has dozens."""

DIGITS = 3, 6
"""Digits of a line that wrong segments are taken of."""


@dataclass(frozen=True)
class Cutout:
    """A segment of a composed line.

    image: uint8 (28, 28). digit: position of the one of which it holds the largest share. share: that. foreign: what it
    holds of others, as a share of that one's length. narrow: whether it is as narrow as a one.
    """

    image: np.ndarray
    digit: int
    share: float
    foreign: float
    narrow: bool

    @property
    def right(self) -> bool:
        """Whether it is the digit."""
        return self.share >= WHOLE and self.foreign <= FOREIGN

    @property
    def wrong(self) -> bool:
        """Whether it is surely none."""
        return self.foreign >= MERGED or (self.share < PART and not self.narrow)


def cut_outs(page: Page) -> list[Cutout]:
    """What /read would score in a composed page, but for what is too low or too wide to be a digit."""
    ink = extract_foreground(page.picture())
    parts, chosen = filter_components(ink, Limits().max_digits)
    if not len(chosen):
        return []
    labels = SegmentMap(parts)
    rows = [TextLine(chosen[row.components], row.height) for row in find_text_lines(parts.boxes[chosen])]
    pieces = [oversegment(row, parts, ink, labels, set()) for row in rows]
    held = _held(page, labels)  # (digits, labels), points of each digit
    lengths = held.sum(1)
    found = []
    for row, own in zip(rows, pieces, strict=True):
        for segment in build_hypotheses(own, row.height):
            wide, high = (segment.box[2:] - segment.box[:2]) / row.height
            if high < LOW or wide > WIDE:
                continue
            image = hypothesis_image(segment.box, segment.labels, ink, labels)
            if image is None:
                continue
            points = held[:, segment.labels].sum(1)
            digit = int((points / lengths).argmax())
            foreign = (points.sum() - points[digit]) / lengths[digit]
            found.append(Cutout(image, digit, points[digit] / lengths[digit], foreign, bool(wide < NARROW * high)))
    return found


def cut_one(drawing: list[np.ndarray], neighbours: Sequence[list[np.ndarray]], rng: np.random.Generator) -> np.ndarray | None:
    """A drawing as it is cut out from between two neighbours: uint8 (28, 28), or None where reading cannot part them."""
    together = [neighbours[0], drawing, neighbours[1]]
    if any(is_dot(each) for each in together):
        return None
    page = compose_line(together, TOUCHING, rng)
    right = [each.image for each in cut_outs(page) if each.digit == 1 and each.right]
    return right[rng.integers(len(right))] if right else None


def wrong_cuts(drawings: Sequence[list[np.ndarray]], count: int, rng: np.random.Generator) -> np.ndarray:
    """Segments of lines of drawings that are none of them: uint8 (count, 28, 28), fewer where they are too simple to be cut."""
    drawings = [drawing for drawing in drawings if not is_dot(drawing)]
    images: list[np.ndarray] = []
    tries = 0
    while len(images) < count and tries < count and drawings:
        tries += 1
        chosen = rng.integers(0, len(drawings), rng.integers(DIGITS[0], DIGITS[1] + 1))
        wrong = [each.image for each in cut_outs(compose_line([drawings[at] for at in chosen], TOUCHING, rng)) if each.wrong]
        images += [wrong[at] for at in rng.permutation(len(wrong))[:PER_PAGE]]
    return np.array(images[:count], np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def _held(page: Page, labels: SegmentMap) -> np.ndarray:
    """How many points along the strokes of each digit lie in each label: float64 (digits, labels)."""
    height, width = labels.labels.shape
    held = np.zeros((len(page.digits), labels.count))
    for digit, own in zip(page.digits, held, strict=True):
        x, y = np.clip(np.rint(spread(digit, 1.0)).astype(np.intp), 0, [width - 1, height - 1]).T
        own += np.bincount(labels.labels[y, x], minlength=labels.count)
    return held
