"""Synthetic text lines, composed of single digits that people wrote.

All digits of a page are by one writer. The baseline is sloped and wavy; size, slant and spacing vary, and digits may touch. The
position of every digit is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from PIL import Image

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidDataset
from inkling.imaging.strokes import MIN_EXTENT, draw_strokes
from trainer.data.synthetic.drawing import Strokes
from trainer.data.synthetic.spacing import place_digit, sample_points

LINE_HEIGHTS = 40.0, 140.0
"""Range of the height of a line's digits, in pixels: from a scanned form to a full canvas. It is the unit "heights" below."""

PEN_WIDTHS = 0.04, 0.14
"""Range of the pen width, in heights."""

MAX_SLANT = 0.2
"""Maximum horizontal shear that is added to the writer's own slant."""

MAX_SLOPE = 0.12
"""Maximum slope of the baseline: 7 degrees."""

MAX_AMPLITUDE, WAVELENGTHS = 0.15, (4.0, 12.0)
"""Maximum amplitude and range of the wavelength of the baseline, in heights."""

MAX_GROWTH, SIZE_DEVIATION, BASELINE_DEVIATION = 0.2, 0.07, 0.05
"""Maximum relative growth from the first to the last digit; standard deviations of each digit's relative size and of its
distance from the baseline, in heights."""

MIN_DISTINCT_DIGITS = 5
"""Number of different digits that a writer must have written."""

MEAN_GAP, MAX_GAP = 0.18, 0.9
"""Mean and maximum gap between digits that do not touch, in heights."""

LINE_GAPS = 0.15, 0.9
"""Range of the gap between the ink of two lines, in heights."""

MIN_LINE_PITCH = 1.25
"""Minimum distance between baselines, in heights."""

MARGINS = 0.3, 1.2
"""Range of the margins, in heights."""


@dataclass(frozen=True)
class PageLayout:
    """Ranges for the number of lines per page and of digits per line, and how digits touch.

    touching: share of neighboring digits that touch, if they can without a long contact. min_one_touches: whether two digits of
    each line touch regardless of that share, if any can. overlap: maximum overlap of neighboring boxes, in heights.
    """

    lines: tuple[int, int] = (1, 1)
    digits: tuple[int, int] = (6, 6)
    touching: float = 0.25
    min_one_touches: bool = True
    overlap: float = 0.2


LINE_LAYOUT = PageLayout()
PACKED_LAYOUT = PageLayout(overlap=0.5)
PAGE_LAYOUT = PageLayout((1, 3), (2, 8), 0.1, False)


@dataclass(frozen=True)
class SyntheticPage:
    """Composed lines of digits.

    digits: the strokes of each digit, float64 (points, 2) as [x, y] in pixels of the page, y down, in reading order.
    text: the digits, with a line break between lines. touches: bool (digits,), whether a digit touches the previous one of its
    line. shape: (height, width) of the page in pixels. pen: width of the strokes in pixels.
    """

    digits: list[Strokes]
    text: str
    touches: np.ndarray
    shape: tuple[int, int]
    pen: float
    writer: str

    @property
    def strokes(self) -> Strokes:
        """All strokes of the page."""
        return [stroke for digit in self.digits for stroke in digit]

    @cached_property
    def boxes(self) -> np.ndarray:
        """The bounding box of each digit's ink: float64 (digits, 4) as [left, top, right, bottom]."""
        corners = [_corners(digit) for digit in self.digits]
        return np.array([[*(low - self.pen / 2), *(high + self.pen / 2)] for low, high in corners])

    def picture(self) -> np.ndarray:
        """Render the page in black on white with antialiasing: uint8 (height, width)."""
        height, width = self.shape
        large = draw_strokes([2 * stroke for stroke in self.strokes], (2 * height, 2 * width), 2 * self.pen)
        return np.asarray(Image.fromarray(large).reduce(2))


def generate_pages(dataset: Dataset, layout: PageLayout, count: int, seed: int) -> Iterator[SyntheticPage]:
    """Generate pages of digits from a dataset with strokes. A page depends on the dataset, the seed and its index only.

    Writers and digits are chosen uniformly. Raises InvalidDataset if the dataset has no strokes or no writers, or if no writer
    wrote `MIN_DISTINCT_DIGITS` different digits.
    """
    writers = digits_by_writer(dataset)
    names = sorted(writers)
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        name = names[rng.integers(len(names))]
        yield _generate_page(writers[name], name, layout, rng)


def digits_by_writer(dataset: Dataset) -> dict[str, dict[str, list[Strokes]]]:
    """Map writers of `MIN_DISTINCT_DIGITS` or more to digits to drawings. Raises InvalidDataset if there are none."""
    if dataset.strokes is None or dataset.writers is None:
        raise InvalidDataset(f"Text lines are composed from pen strokes with writers, but {dataset.name} has none.")
    writers: dict[str, dict[str, list[Strokes]]] = {}
    for strokes, writer, target in zip(dataset.strokes, dataset.writers, dataset.targets, strict=True):
        label = dataset.labels[target]
        if label in "0123456789" and strokes and not is_dot(strokes):
            writers.setdefault(writer, {}).setdefault(label, []).append(strokes)
    writers = {writer: digits for writer, digits in writers.items() if len(digits) >= MIN_DISTINCT_DIGITS}
    if not writers:
        raise InvalidDataset(f"No writer in {dataset.name} wrote {MIN_DISTINCT_DIGITS} or more different digits.")
    return writers


def generate_line(drawings: list[Strokes], layout: PageLayout, rng: np.random.Generator) -> SyntheticPage:
    """Compose a page of one line of drawings, in their order. Its text and writer are empty."""
    return _compose([drawings], layout, rng)


def is_dot(strokes: Strokes) -> bool:
    """Whether a drawing has no extent, so that it cannot be scaled to a height."""
    return bool(_extent(strokes).max() <= MIN_EXTENT)


def _generate_page(
    digits: dict[str, list[Strokes]], writer: str, layout: PageLayout, rng: np.random.Generator
) -> SyntheticPage:
    texts, lines = [], []
    for _ in range(rng.integers(layout.lines[0], layout.lines[1] + 1)):
        labels = rng.choice(sorted(digits), rng.integers(layout.digits[0], layout.digits[1] + 1))
        lines.append([digits[label][rng.integers(len(digits[label]))] for label in labels])
        texts.append("".join(labels))
    return replace(_compose(lines, layout, rng), text="\n".join(texts), writer=writer)


def _compose(lines: list[list[Strokes]], layout: PageLayout, rng: np.random.Generator) -> SyntheticPage:
    """Compose a page from lines of drawings."""
    height = np.exp(rng.uniform(*np.log(LINE_HEIGHTS)))
    pen = height * np.exp(rng.uniform(*np.log(PEN_WIDTHS)))
    slope, slant = rng.uniform(-MAX_SLOPE, MAX_SLOPE), rng.uniform(-MAX_SLANT, MAX_SLANT)
    digits: list[Strokes] = []
    touches: list[bool] = []
    above: tuple[np.ndarray, float] | None = None
    for drawings in lines:
        line, line_touches = _compose_line(drawings, height, pen, slope, slant, layout, rng)
        placed, above = _place_below(line, above, height, pen, slope, rng)
        digits += placed
        touches += line_touches
    low, high = _corners([stroke for digit in digits for stroke in digit])
    margins = height * rng.uniform(*MARGINS, (2, 2)) + pen
    digits = [[stroke - low + margins[0] for stroke in digit] for digit in digits]
    page_width, page_height = np.ceil(high - low + margins.sum(0)).astype(int)
    return SyntheticPage(digits, "", np.array(touches), (int(page_height), int(page_width)), float(pen), "")


def _compose_line(
    drawings: list[Strokes], height: float, pen: float, slope: float, slant: float, layout: PageLayout, rng: np.random.Generator
) -> tuple[list[Strokes], list[bool]]:
    """Place drawings on a baseline that begins at [0, 0]. Returns them, and whether each touches the previous one."""
    growth, amplitude = rng.uniform(-MAX_GROWTH, MAX_GROWTH), height * rng.uniform(0, MAX_AMPLITUDE)
    wavelength, phase = height * rng.uniform(*WAVELENGTHS), rng.uniform(0, 2 * np.pi)
    sizes = (1 + growth * np.linspace(-0.5, 0.5, len(drawings))) * np.exp(rng.normal(0, SIZE_DEVIATION, len(drawings)))
    scaled = [_scale_to_height(drawing, height * size, slant) for drawing, size in zip(drawings, sizes, strict=True)]
    should_touch = rng.random(len(scaled)) < layout.touching
    must_touch_from = rng.integers(1, len(scaled) // 2 + 1) if len(scaled) > 1 else 1  # until the first two touch
    placed: list[Strokes] = []
    points: list[np.ndarray] = []
    touches: list[bool] = []
    for index, digit in enumerate(scaled):
        must_touch = layout.min_one_touches and index >= must_touch_from and not any(touches)
        touch = bool(should_touch[index] or must_touch)
        right = max((each[:, 0].max() for each in points), default=0.0)
        center = right + _extent(digit)[0] / 2
        wave = amplitude * np.sin(2 * np.pi * center / wavelength + phase)
        baseline = slope * center + wave + rng.normal(0, BASELINE_DEVIATION) * height
        digit_points = sample_points(digit, pen / 3) + _offset(0, baseline)
        gap = min(rng.gamma(2, MEAN_GAP / 2), MAX_GAP) * height
        shift, is_touching = place_digit(points, digit_points, gap, touch, height, pen, layout.overlap, rng)
        placed.append([stroke + _offset(shift, baseline) for stroke in digit])
        points.append(digit_points + _offset(shift, 0))
        touches.append(is_touching)
    return placed, touches


def _place_below(
    line: list[Strokes],
    above: tuple[np.ndarray, float] | None,
    height: float,
    pen: float,
    slope: float,
    rng: np.random.Generator,
) -> tuple[list[Strokes], tuple[np.ndarray, float]]:
    """Move a line below the previous one. Returns it, and `above` for the next line: points, and the baseline at x = 0."""
    indent = rng.uniform(-0.5, 0.5) * height
    indented = [[stroke + _offset(indent, slope * indent) for stroke in digit] for digit in line]
    points = np.concatenate([sample_points(digit, pen) for digit in indented])
    drop = 0.0
    if above is not None:
        ink, baseline = above
        gap = rng.uniform(*LINE_GAPS) * height + pen
        ink_columns, columns = [np.floor(each[:, 0] / height * 2).astype(int) for each in (ink, points)]
        overlaps = [
            ink[np.abs(ink_columns - column) <= 1, 1].max() - points[columns == column, 1].min()
            for column in np.unique(columns)
            if (np.abs(ink_columns - column) <= 1).any()
        ]
        drop = max(max(overlaps, default=0.0) + gap, baseline + MIN_LINE_PITCH * height)
    return [[stroke + _offset(0, drop) for stroke in digit] for digit in indented], (points + _offset(0, drop), drop)


def _scale_to_height(strokes: Strokes, height: float, slant: float) -> Strokes:
    """Scale a drawing to a height (wide ones to less), slant it, and move its lowest point to y = 0."""
    low, high = _corners(strokes)
    extent = high - low
    scale = height / max(extent[1], 0.8 * extent[0])
    scaled = [(stroke - [low[0], high[1]]) * scale for stroke in strokes]
    return [stroke @ np.array([[1, 0], [-slant, 1]]) for stroke in scaled]


def _offset(x: float, y: float) -> np.ndarray:
    return np.array([x, y])


def _corners(strokes: Strokes) -> np.ndarray:
    """Return the top left and bottom right corners of the bounding box: float64 (2, 2)."""
    return np.array([np.min([stroke.min(0) for stroke in strokes], 0), np.max([stroke.max(0) for stroke in strokes], 0)])


def _extent(strokes: Strokes) -> np.ndarray:
    low, high = _corners(strokes)
    return high - low
