"""Stroke variants: drawings stored as strokes, rendered with other pens and other hands, as the server would normalize them."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from inkling.errors import EmptyPicture
from inkling.imaging.normalization import IMAGE_SIDE, normalize
from inkling.imaging.strokes import DRAWING_SIDE, rasterize
from trainer.augmentation.low_resolution import MIN_PEN as MIN_LOW_PEN
from trainer.augmentation.low_resolution import random_side, reduce_resolution
from trainer.data.synthetic.segmentation_samples import segment_between_neighbors

MIN_PEN, MAX_PEN = 0.025, 0.24
"""Pen width as a fraction of the drawing's longer side: from a ballpoint on a large drawing to a marker on a small one."""

MAX_ROTATION = 0.12
"""Radians."""

MAX_SLANT = 0.3
"""Pixels sideways per pixel down."""

MAX_STRETCH = 0.18
"""Relative change of width and height."""

STROKE_SHIFT_STD = 0.035
"""Displacement of each stroke as a fraction of the drawing's size: where the pen is set down again."""

TREMOR_STD = 0.012
"""Displacement of the points along a stroke as a fraction of the drawing's size."""

TREMOR_POINTS = 5
"""Points per stroke that get a random displacement; between them it is interpolated."""

ANGULAR_SHARE = 0.12
"""Fraction of the variants drawn in straight lines with corners, like some handwriting and like mouse drawings."""

SIMPLIFICATION = 0.04, 0.12
"""Tolerance of the straight lines as a fraction of the drawing's size."""

GRID = 3, 5
"""Columns and rows of the grid towards which corners are pulled."""

MIN_IMAGES_FOR_PROCESSES = 4_000
"""Number of images from which on starting processes pays off."""

Strokes = list[np.ndarray]


@dataclass(frozen=True)
class _RenderTask:
    """A drawing to render. neighbors: two other drawings, if a share of the images is cut from a line with them."""

    strokes: Strokes
    variants: int
    seed: int
    index: int
    neighbors: tuple[Strokes, ...] = ()
    context_share: float = 0.0
    low_resolution_share: float = 0.0


def render_stroke_variants(
    drawings: Sequence[Strokes | None],
    variants: int,
    seed: int,
    context_share: float = 0.0,
    low_resolution_share: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Render `variants` images of each drawing. The result depends on the seed, the drawing's index and its neighbors only.

    context_share: fraction of the images that are cut from a text line between two other drawings. low_resolution_share:
    fraction of the others that are rendered at a low resolution.

    Returns the images, uint8 (m, 28, 28), and for each drawing the index of its first image and their number, int32 (n, 2); a
    drawing that is None has no images.
    """
    tasks = [
        _RenderTask(strokes, variants, seed, index, low_resolution_share=low_resolution_share)
        for index, strokes in enumerate(drawings)
        if strokes
    ]
    if context_share and len(tasks) > 1:
        chosen = np.random.default_rng(seed).integers(0, len(tasks), (len(tasks), 2))
        pairs = [(tasks[left].strokes, tasks[right].strokes) for left, right in chosen]
        tasks = [replace(task, neighbors=pair, context_share=context_share) for task, pair in zip(tasks, pairs, strict=True)]
    processes = min(os.cpu_count() or 1, 8)
    if len(tasks) * variants < MIN_IMAGES_FOR_PROCESSES or processes == 1:
        rendered = list(map(_render, tasks))
    else:
        context = multiprocessing.get_context("spawn")  # fork would copy the threads of numerical libraries
        with ProcessPoolExecutor(processes, context) as pool:
            rendered = list(pool.map(_render, tasks, chunksize=200))
    spans = np.zeros((len(drawings), 2), np.int32)
    begin = 0
    for task, images in zip(tasks, rendered, strict=True):
        spans[task.index] = begin, len(images)
        begin += len(images)
    return np.concatenate([np.zeros((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8), *rendered]), spans


def _render(task: _RenderTask) -> np.ndarray:
    rng = np.random.default_rng([task.seed, task.index])
    images = []
    for _ in range(task.variants):
        pen = DRAWING_SIDE * np.exp(rng.uniform(np.log(MIN_PEN), np.log(MAX_PEN)))
        strokes = jitter_strokes(simplify_strokes(task.strokes, rng) if rng.random() < ANGULAR_SHARE else task.strokes, rng)
        image = (
            segment_between_neighbors(strokes, task.neighbors, rng)
            if task.context_share and rng.random() < task.context_share
            else None
        )
        try:
            images.append(_render_alone(strokes, pen, task.low_resolution_share, rng) if image is None else image)
        except EmptyPicture:  # not with these pens, but a drawing may have fewer images
            continue
    return np.stack(images) if images else np.zeros((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8)


def _render_alone(strokes: Strokes, pen: float, low_resolution_share: float, rng: np.random.Generator) -> np.ndarray:
    """Render one image, uint8 (28, 28). Raises EmptyPicture."""
    if not low_resolution_share or rng.random() >= low_resolution_share:
        return normalize(rasterize(strokes, pen))
    side = random_side(rng)
    return normalize(reduce_resolution(255 - rasterize(strokes, max(pen, MIN_LOW_PEN * DRAWING_SIDE / side)), side, rng))


def jitter_strokes(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Imitate another hand: rotate, slant and stretch the drawing, shift its strokes and add tremor."""
    points = np.concatenate(drawing)
    size = max(float((points.max(0) - points.min(0)).max()), 1e-9)
    angle, slant = rng.uniform(-MAX_ROTATION, MAX_ROTATION), rng.uniform(-MAX_SLANT, MAX_SLANT)
    stretch = rng.uniform(-MAX_STRETCH, MAX_STRETCH)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    transform = rotation @ np.array([[1 + stretch, slant], [0, 1 - stretch]])
    return [stroke @ transform.T + _displacements(len(stroke), rng) * size for stroke in drawing]


def simplify_strokes(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Replace strokes by straight lines between their corners, and pull the corners towards a grid."""
    points = np.concatenate(drawing)
    origin, extent = points.min(0), np.maximum(np.ptp(points, axis=0), 1e-9)
    tolerance, pull = rng.uniform(*SIMPLIFICATION) * extent.max(), rng.uniform(0, 1)
    steps = extent / (np.array(GRID) - 1)
    is_narrow = extent < extent.max() / 3  # a 1 has no columns
    lines = []
    for stroke in drawing:
        corners = stroke[_corner_indices(stroke, tolerance)]
        on_grid = np.rint((corners - origin) / steps) * steps + origin
        lines.append(np.where(is_narrow, corners, corners + pull * (on_grid - corners)))
    return lines


def _corner_indices(stroke: np.ndarray, tolerance: float) -> list[int]:
    """Indices of the points of a polyline within `tolerance` (Ramer 1972; Douglas & Peucker 1973)."""
    corners, segments = {0, len(stroke) - 1}, [(0, len(stroke) - 1)]
    while segments:
        first, last = segments.pop()
        if last - first < 2:
            continue
        between, line = stroke[first + 1 : last] - stroke[first], stroke[last] - stroke[first]
        length = np.hypot(*line)
        distance = np.abs(between @ [line[1], -line[0]]) / length if length else np.hypot(*between.T)
        farthest = int(distance.argmax())
        if distance[farthest] > tolerance:
            corners.add(first + 1 + farthest)
            segments += [(first, first + 1 + farthest), (first + 1 + farthest, last)]
    return sorted(corners)


def _displacements(count: int, rng: np.random.Generator) -> np.ndarray:
    """Displacement of each point of a stroke, float64 (count, 2), as a fraction of the drawing's size."""
    shift = rng.normal(0, STROKE_SHIFT_STD, 2)
    at, knots = np.linspace(0, TREMOR_POINTS - 1, count), np.arange(TREMOR_POINTS)
    return shift + np.stack([np.interp(at, knots, rng.normal(0, TREMOR_STD, TREMOR_POINTS)) for _ in range(2)], axis=1)
