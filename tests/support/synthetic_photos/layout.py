"""Placement of drawings and composed lines on a sheet of paper."""

import numpy as np

from trainer.data.synthetic.text_lines import SyntheticPage

SHEET_SIDES = (160, 900)
"""Range of the sheet's shorter side, in pixels."""

DRAWING_SHARES = (0.25, 0.8)
"""Range of the drawing's longer side, as a share of the sheet's shorter side."""

PEN_SHARES = (0.04, 0.12)
"""Range of the pen's width, as a share of the drawing's longer side."""

PAGE_MARGINS = 0.2, 0.5
"""Range of the margin added on each side of a composed page, as a share of its size: more than a visible table takes."""

Strokes = list[np.ndarray]


def layout_drawing(drawing: Strokes, rng: np.random.Generator) -> tuple[Strokes, tuple[int, int], float]:
    """Place a drawing, in any units, at random on a sheet of random size.

    Returns the strokes in pixels, the sheet's (height, width) and the pen's width in pixels.
    """
    side = round(np.exp(rng.uniform(*np.log(SHEET_SIDES))))
    shape = (side, round(side * rng.choice([1, 4 / 3])))[:: rng.choice([-1, 1])]
    longest = side * rng.uniform(*DRAWING_SHARES)
    pen_width = max(1.5, longest * rng.uniform(*PEN_SHARES))
    margin = longest / 2 + pen_width
    center = [rng.uniform(min(margin, extent / 2), max(extent - margin, extent / 2)) for extent in shape[::-1]]
    box = (center[0] - longest / 2, center[1] - longest / 2, center[0] + longest / 2, center[1] + longest / 2)
    return fit_to_box(drawing, box), shape, pen_width


def layout_page(page: SyntheticPage, rng: np.random.Generator) -> tuple[Strokes, tuple[int, int], float, np.ndarray]:
    """Add random margins to a composed page.

    Returns the strokes in pixels, the sheet's (height, width), the pen's width, and the digits' boxes, float64 (digits, 4) as
    [left, top, right, bottom].
    """
    margins = rng.uniform(*PAGE_MARGINS, (2, 2)) * np.array(page.shape[::-1])  # before and after, each as [x, y]
    width, height = np.ceil(margins.sum(0) + page.shape[::-1]).astype(int).tolist()
    return [stroke + margins[0] for stroke in page.strokes], (height, width), page.pen, page.boxes + np.tile(margins[0], 2)


def fit_to_box(strokes: Strokes, box: tuple[float, float, float, float]) -> Strokes:
    """Scale a drawing to fit a box [left, top, right, bottom], centered, with its aspect ratio preserved."""
    low, high = np.min([stroke.min(0) for stroke in strokes], 0), np.max([stroke.max(0) for stroke in strokes], 0)
    extent, available = high - low, np.subtract(box[2:], box[:2])
    scale = min(available[axis] / extent[axis] for axis in (0, 1) if extent[axis] > 0) if extent.any() else 1
    return [(stroke - (low + high) / 2) * scale + np.add(box[:2], box[2:]) / 2 for stroke in strokes]
