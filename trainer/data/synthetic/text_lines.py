"""Lines: numbers composed of single digits that people wrote, as they might have written them one beside the other.

A page's digits are all of one writer's hand. They stand on a base line that rises, falls and waves, grow or shrink along it,
slant, keep varying distances and may touch; where each lies is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from PIL import Image

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidDataset
from inkling.imaging.strokes import MIN_EXTENT, draw_strokes
from trainer.data.synthetic.spacing import beside, spread

Drawing = list[np.ndarray]

HEIGHTS = 40.0, 140.0
"""Of a line's digits, in pixels: from a form that was scanned to a canvas that is filled."""

PENS = 0.04, 0.14
"""Width of the pen as a share of that height."""

SLANT = 0.2
"""Sideways a unit up, at most, besides that of the hand."""

SLOPE = 0.12
"""Of the base line, at most: seven degrees."""

WAVE, WAVES = 0.15, (4.0, 12.0)
"""How far the base line waves, at most, and how long its waves are, in heights."""

DRIFT, SCATTER, HOP = 0.2, 0.07, 0.05
"""By what share the last digit is larger than the first, at most; standard deviations of each one's size and of its place above
the base line, in heights."""

DIFFERENT = 5
"""Digits that a writer wrote some of, at least, to compose lines of."""

GAP, WIDEST = 0.18, 0.9
"""Mean and most of the paper between digits that do not touch, in heights."""

BETWEEN = 0.15, 0.9
"""Heights of paper between two lines."""

PITCH = 1.25
"""Heights from one base line to the next, at least."""

MARGINS = 0.3, 1.2
"""Heights of paper round it all."""


@dataclass(frozen=True)
class Layout:
    """How many lines a page has and digits a line, each from least to most.

    touching: share of neighbours that touch, of those that can without running along each other. some_touch: whether two of
    each line do, where any can, whatever that share. overlap: how far the boxes of neighbours overlap, at most, in heights.
    """

    lines: tuple[int, int] = (1, 1)
    digits: tuple[int, int] = (6, 6)
    touching: float = 0.25
    some_touch: bool = True
    overlap: float = 0.2


LINES = Layout()
PACKED = Layout(overlap=0.5)
PAGES = Layout((1, 3), (2, 8), 0.1, False)


@dataclass(frozen=True)
class Page:
    """Composed lines.

    digits: each digit's strokes, float64 (points, 2) as [x, y] in pixels of the page, y down, in reading order.
    text: what they read, a line a line. touches: bool (digits,), whether a digit touches the one before it in its line.
    shape: (height, width) of the page, pen: width of the strokes, both in pixels. writer: whose hand it is.
    """

    digits: list[Drawing]
    text: str
    touches: np.ndarray
    shape: tuple[int, int]
    pen: float
    writer: str

    @property
    def strokes(self) -> Drawing:
        """All strokes of the page."""
        return [stroke for digit in self.digits for stroke in digit]

    @cached_property
    def boxes(self) -> np.ndarray:
        """Where the ink of each digit lies: float64 (digits, 4) as [left, top, right, bottom]."""
        ends = [(np.min([s.min(0) for s in digit], 0), np.max([s.max(0) for s in digit], 0)) for digit in self.digits]
        return np.array([[*(low - self.pen / 2), *(high + self.pen / 2)] for low, high in ends])

    def picture(self) -> np.ndarray:
        """The page as a canvas shows it, black on white with soft edges: uint8 (height, width)."""
        height, width = self.shape
        large = draw_strokes([2 * stroke for stroke in self.strokes], (2 * height, 2 * width), 2 * self.pen)
        return np.asarray(Image.fromarray(large).reduce(2))


def compose(known: Dataset, layout: Layout, count: int, seed: int) -> Iterator[Page]:
    """Pages of digits of a set with strokes. The set, the seed and a page's place decide what is on it.

    Writers come by chance, however much they wrote, and digits too. Raises BadData where the set has no strokes, does not name
    its writers, or none of them wrote DIFFERENT digits.
    """
    hands = hands_of(known)
    names = sorted(hands)
    for place in range(count):
        rng = np.random.default_rng([seed, place])
        writer = names[rng.integers(len(names))]
        yield _page(hands[writer], writer, layout, rng)


def hands_of(known: Dataset) -> dict[str, dict[str, list[Drawing]]]:
    """Writer -> digit -> drawings of it, for those who wrote DIFFERENT digits or more. Raises BadData where nobody did."""
    if known.strokes is None or known.writers is None:
        raise InvalidDataset(
            f"Expected strokes that name their writers, to compose lines of. Received {known.name}, which has none."
        )
    hands: dict[str, dict[str, list[Drawing]]] = {}
    for drawing, writer, target in zip(known.strokes, known.writers, known.targets, strict=True):
        label = known.labels[target]
        if label in "0123456789" and drawing and not is_dot(drawing):
            hands.setdefault(writer, {}).setdefault(label, []).append(drawing)
    hands = {writer: hand for writer, hand in hands.items() if len(hand) >= DIFFERENT}
    if not hands:
        raise InvalidDataset(
            f"Expected writers of {DIFFERENT} or more digits, to compose lines of. Received none in {known.name}."
        )
    return hands


def compose_line(drawings: list[Drawing], layout: Layout, rng: np.random.Generator) -> Page:
    """A page of one line of drawings, in their order, by nobody in particular; its text is empty."""
    return _composed([drawings], layout, rng)


def is_dot(drawing: Drawing) -> bool:
    """Whether a drawing extends nowhere, so that it cannot be made as high as others."""
    return bool(_extent(drawing).max() <= MIN_EXTENT)


def _page(hand: dict[str, list[Drawing]], writer: str, layout: Layout, rng: np.random.Generator) -> Page:
    texts, drawings = [], []
    for _ in range(rng.integers(layout.lines[0], layout.lines[1] + 1)):
        labels = rng.choice(sorted(hand), rng.integers(layout.digits[0], layout.digits[1] + 1))
        drawings.append([hand[label][rng.integers(len(hand[label]))] for label in labels])
        texts.append("".join(labels))
    return replace(_composed(drawings, layout, rng), text="\n".join(texts), writer=writer)


def _composed(lines: list[list[Drawing]], layout: Layout, rng: np.random.Generator) -> Page:
    """A page of lines of drawings."""
    height = np.exp(rng.uniform(*np.log(HEIGHTS)))
    pen = height * np.exp(rng.uniform(*np.log(PENS)))
    slope, slant = rng.uniform(-SLOPE, SLOPE), rng.uniform(-SLANT, SLANT)
    digits, touches = [], []
    floor: tuple[np.ndarray, float] | None = None  # the line above: where its ink ends, and its base line
    for drawings in lines:
        line, touching = _line(drawings, height, pen, slope, slant, layout, rng)
        moved, floor = _below(line, floor, height, pen, slope, rng)
        digits += moved
        touches += touching
    low, high = _corners([stroke for digit in digits for stroke in digit])
    margins = height * rng.uniform(*MARGINS, (2, 2)) + pen
    digits = [[stroke - low + margins[0] for stroke in digit] for digit in digits]
    width, tall = np.ceil(high - low + margins.sum(0)).astype(int)
    return Page(digits, "", np.array(touches), (int(tall), int(width)), float(pen), "")


def _line(
    drawings: list[Drawing], height: float, pen: float, slope: float, slant: float, layout: Layout, rng: np.random.Generator
) -> tuple[list[Drawing], list[bool]]:
    """Drawings one beside the other on a base line that begins at [0, 0], and whether each touches the one before."""
    drift, wave = rng.uniform(-DRIFT, DRIFT), height * rng.uniform(0, WAVE)
    length, phase = height * rng.uniform(*WAVES), rng.uniform(0, 2 * np.pi)
    sizes = (1 + drift * np.linspace(-0.5, 0.5, len(drawings))) * np.exp(rng.normal(0, SCATTER, len(drawings)))
    formed = [_formed(drawing, height * size, slant) for drawing, size in zip(drawings, sizes, strict=True)]
    wanted = rng.random(len(formed)) < layout.touching
    must = rng.integers(1, len(formed) // 2 + 1) if len(formed) > 1 else 1  # from here on, until two touch
    placed: list[Drawing] = []
    points: list[np.ndarray] = []
    touches: list[bool] = []
    for place, digit in enumerate(formed):
        touch = wanted[place] or (layout.some_touch and place >= must and not any(touches))
        right = max((each[:, 0].max() for each in points), default=0.0)
        middle = right + _extent(digit)[0] / 2
        base = slope * middle + wave * np.sin(2 * np.pi * middle / length + phase) + rng.normal(0, HOP) * height
        along = spread(digit, pen / 3) + _at(0, base)
        paper = min(rng.gamma(2, GAP / 2), WIDEST) * height
        shift, touching = beside(points, along, paper, touch, height, pen, layout.overlap, rng)
        placed.append([stroke + _at(shift, base) for stroke in digit])
        points.append(along + _at(shift, 0))
        touches.append(touching)
    return placed, touches


def _below(
    line: list[Drawing],
    above: tuple[np.ndarray, float] | None,
    height: float,
    pen: float,
    slope: float,
    rng: np.random.Generator,
) -> tuple[list[Drawing], tuple[np.ndarray, float]]:
    """Move a line below the one above it; with it, the points of its strokes, and where its base line begins at x = 0."""
    aside = rng.uniform(-0.5, 0.5) * height
    moved = [[stroke + _at(aside, slope * aside) for stroke in digit] for digit in line]
    points = np.concatenate([spread(digit, pen) for digit in moved])
    drop = 0.0
    if above is not None:
        ink, base = above
        paper = rng.uniform(*BETWEEN) * height + pen
        columns = [np.floor(each[:, 0] / height * 2).astype(int) for each in (ink, points)]
        overlaps = [
            ink[np.abs(columns[0] - column) <= 1, 1].max() - points[columns[1] == column, 1].min()
            for column in np.unique(columns[1])
            if (np.abs(columns[0] - column) <= 1).any()
        ]
        drop = max(max(overlaps, default=0.0) + paper, base + PITCH * height)
    return [[stroke + _at(0, drop) for stroke in digit] for digit in moved], (points + _at(0, drop), drop)


def _formed(drawing: Drawing, height: float, slant: float) -> Drawing:
    """A drawing of that height, flat ones lower, slanted, its lowest point at y = 0."""
    low, high = _corners(drawing)
    extent = high - low
    scale = height / max(extent[1], 0.8 * extent[0])
    upright = [(stroke - [low[0], high[1]]) * scale for stroke in drawing]
    return [stroke @ np.array([[1, 0], [-slant, 1]]) for stroke in upright]


def _at(x: float, y: float) -> np.ndarray:
    return np.array([x, y])


def _corners(strokes: Drawing) -> np.ndarray:
    """The upper left and the lower right corner of what strokes extend over: float64 (2, 2)."""
    return np.array([np.min([stroke.min(0) for stroke in strokes], 0), np.max([stroke.max(0) for stroke in strokes], 0)])


def _extent(drawing: Drawing) -> np.ndarray:
    low, high = _corners(drawing)
    return high - low
