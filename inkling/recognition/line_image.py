"""Line images: a line of writing as one image of fixed height, the input of a line model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from inkling.imaging.morphology import dilate
from inkling.recognition.oversegmentation import Segment, SegmentMap

LINE_SIDE = 28
"""Height of a line image in pixels."""

CORE_SIDE = 18
"""Height in a line image of the part of the line that holds all but `TRIMMED` of its ink, in pixels."""

TRIMMED = 0.02
"""Share of the ink above and below that part, each."""

STATISTICS_HEIGHT, BIN_HEIGHT = 64, 0.25
"""Lines of twice this height or more are reduced before their slope and height are measured, in rows of this height."""

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


def extract_line_image(segments: Sequence[Segment], ink: np.ndarray, segment_map: SegmentMap) -> LineImage:
    """Extract the image of a line from its segments. ink: uint8 (height, width), of the picture."""
    boxes = np.array([segment.box for segment in segments])
    left, top = boxes[:, :2].min(0)
    right, bottom = boxes[:, 2:].max(0)
    view, crop = segment_map.labels[top:bottom, left:right], ink[top:bottom, left:right]
    mask = np.isin(view, [segment.label for segment in segments])
    line_ink = np.where(mask | (dilate(mask) & (view == 0)), crop, 0)  # faint edge pixels stay
    pixels, step = normalize_line(line_ink)
    return LineImage(pixels, left + (0.5 - MARGIN) * step, step)


def normalize_line(ink: np.ndarray) -> tuple[np.ndarray, float]:
    """Straighten the baseline of a line's ink, uint8 (rows, columns), and scale it: uint8 (28, width), 0 = paper.

    Also returns the columns of the ink per column of the image. The line is sheared vertically by its slope, the linear
    regression of its ink, until its baseline is level.
    """
    shrink = max(1, ink.shape[0] // STATISTICS_HEIGHT)
    source = Image.fromarray(np.ascontiguousarray(ink))
    slope, middle, top, bottom = _measure(np.asarray(source.reduce(shrink), np.float32))
    middle, top, bottom = middle * shrink, top * shrink, bottom * shrink
    scale = CORE_SIDE / max(1.0, bottom - top)
    width = min(MAX_LINE_WIDTH, int(np.ceil(ink.shape[1] * scale)) + 2 * MARGIN)
    reduction = max(1, int(1 / scale))
    source = source.reduce(reduction)
    # pixel (u, v) of the image shows (x, y) of the ink, both measured at their centers
    step = 1 / scale
    first_x = (0.5 - MARGIN) * step
    first_y = (top + bottom) / 2 + (0.5 - LINE_SIDE / 2) * step + slope * (first_x - middle)
    coefficients = np.array([step, 0, first_x - 0.5 * step, slope * step, step, first_y - 0.5 * step * (1 + slope)]) / reduction
    transformed = source.transform((width, LINE_SIDE), Image.Transform.AFFINE, coefficients.tolist(), Image.Resampling.BILINEAR)
    image = np.asarray(transformed, np.float32)
    return (image * (255 / max(1.0, float(image.max()))) + 0.5).astype(np.uint8), step


def _measure(weights: np.ndarray) -> tuple[float, float, float, float]:
    """Measure ink, float32 (rows, columns): the slope of the baseline, the x of its middle, and the top and bottom of the line.

    All but `TRIMMED` of the ink is below the top, and above the bottom: y of the straightened line, where it is at its middle.
    """
    columns, rows = weights.sum(0), weights.sum(1)
    total = float(columns.sum())
    x, y = np.arange(len(columns)) + 0.5, np.arange(len(rows)) + 0.5
    middle = float(columns @ x) / total
    spread = float(columns @ (x - middle) ** 2) / total
    height = max(1.0, 4 * (float(rows @ (y - float(rows @ y) / total) ** 2) / total) ** 0.5)
    covariance = float(y @ weights @ (x - middle)) / total
    slope = float(np.clip(covariance / (spread + RIDGE * height**2), -MAX_SLOPE, MAX_SLOPE))
    straightened = y[:, None] - slope * (x - middle)
    lowest = float(straightened.min())
    bins = ((straightened - lowest) / BIN_HEIGHT).astype(np.intp)
    cumulative = np.cumsum(np.bincount(bins.ravel(), weights.ravel()))
    first, last = np.searchsorted(cumulative, cumulative[-1] * np.array([TRIMMED, 1 - TRIMMED]))
    return slope, middle, lowest + (first + 0.5) * BIN_HEIGHT, lowest + (last + 0.5) * BIN_HEIGHT
