"""Line images: a line of writing as one image of fixed height, the input of a line model."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from inkling.imaging.morphology import dilate
from inkling.recognition.oversegmentation import SegmentMap

LINE_SIDE = 28
"""Height of a line image in pixels."""

CORE_SIDE = 18
"""Height in a line image of the part of the line that holds all but `TRIMMED` of its ink, in pixels."""

TRIMMED = 0.02
"""Share of the ink above and below that part, each."""

MARGIN = 4
"""Columns of paper at each end of a line image."""

MAX_SLOPE = 0.3
"""Maximum slope that is straightened."""

RIDGE = 0.15
"""Shrinks the slopes of short lines, whose digits say little about their baseline; in squared heights."""

MAX_LINE_WIDTH = 2048
"""Maximum width of a line image in pixels; longer lines are cut off."""


@dataclass(frozen=True)
class LineImage:
    """pixels: uint8 (28, width), 0 = paper. left, step: column u shows the ink around x = left + u * step of the picture."""

    pixels: np.ndarray
    left: float
    step: float


def extract_line_image(components: np.ndarray, boxes: np.ndarray, ink: np.ndarray, segment_map: SegmentMap) -> LineImage:
    """Extract the image of a line from its components, indices int (n,).

    boxes: int (m, 4), of all components. ink: uint8 (height, width). segment_map: before any component is split.
    """
    line_ink, left = extract_line_ink(components, boxes, ink, segment_map)
    pixels, step = normalize_line(line_ink)
    return LineImage(pixels, left + (0.5 - MARGIN) * step, step)


def extract_line_ink(
    components: np.ndarray, boxes: np.ndarray, ink: np.ndarray, segment_map: SegmentMap
) -> tuple[np.ndarray, int]:
    """Cut the ink of a line's components out of the picture: uint8 (rows, columns), and the x of its left edge.

    Faint edge pixels next to the components stay.
    """
    left, top = boxes[components, :2].min(0)
    right, bottom = boxes[components, 2:].max(0)
    view, crop = segment_map.labels[top:bottom, left:right], ink[top:bottom, left:right]
    mask = np.isin(view, components + 1)
    return np.where(mask | (dilate(mask) & (view == 0)), crop, 0), int(left)


def normalize_line(ink: np.ndarray) -> tuple[np.ndarray, float]:
    """Straighten the baseline of a line's ink, uint8 (rows, columns), and scale it: uint8 (28, width), 0 = paper.

    Also returns the columns of the ink per column of the image. The line is sheared vertically by its slope, the linear
    regression of its ink, until its baseline is level.
    """
    weights = ink.astype(np.float32)
    columns, rows = weights.sum(0), weights.sum(1)
    total = float(columns.sum())
    x, y = np.arange(ink.shape[1], dtype=np.float32), np.arange(ink.shape[0], dtype=np.float32)
    middle = float(columns @ x) / total
    spread = float(columns @ (x - middle) ** 2) / total
    height = max(1.0, 4 * float(rows @ (y - float(rows @ y) / total) ** 2 / total) ** 0.5)
    covariance = float(y @ weights @ (x - middle)) / total
    slope = float(np.clip(covariance / (spread + RIDGE * height**2), -MAX_SLOPE, MAX_SLOPE))
    top, bottom = _core(weights, slope, middle)
    scale = CORE_SIDE / max(1.0, bottom - top)
    width = min(MAX_LINE_WIDTH, int(np.ceil(ink.shape[1] * scale)) + 2 * MARGIN)
    reduction = max(1, int(1 / scale))
    source = Image.fromarray(np.ascontiguousarray(ink)).reduce(reduction)
    # pixel (u, v) of the image shows (x, y) of the ink, both measured at their centers
    step = 1 / scale
    first_x = (0.5 - MARGIN) * step
    first_y = (top + bottom) / 2 + (0.5 - LINE_SIDE / 2) * step + slope * (first_x - middle)
    coefficients = np.array([step, 0, first_x - 0.5 * step, slope * step, step, first_y - 0.5 * step * (1 + slope)]) / reduction
    transformed = source.transform((width, LINE_SIDE), Image.Transform.AFFINE, coefficients.tolist(), Image.Resampling.BILINEAR)
    image = np.asarray(transformed, np.float32)
    return (image * (255 / max(1.0, float(image.max()))) + 0.5).astype(np.uint8), step


def _core(weights: np.ndarray, slope: float, middle: float) -> tuple[float, float]:
    """The rows, relative to the straightened baseline, between which all but `TRIMMED` of the ink lies at each side."""
    rows, columns = np.nonzero(weights)
    straightened = rows + 0.5 - slope * (columns + 0.5 - middle)
    order = np.argsort(straightened, kind="stable")
    cumulative = np.cumsum(weights[rows, columns][order])
    first, last = np.searchsorted(cumulative, cumulative[-1] * np.array([TRIMMED, 1 - TRIMMED]))
    return float(straightened[order[first]]), float(straightened[order[min(last, len(order) - 1)]])
