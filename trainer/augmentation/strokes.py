"""Pens: drawings that come as strokes, drawn anew with other pens and other hands, as the server would see them."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from inkling.errors import EmptyPicture
from inkling.imaging.normalization import IMAGE_SIDE, normalise
from inkling.imaging.strokes import SIDE, render
from trainer.data.synthetic.segmentation_samples import cut_one

THINNEST, WIDEST = 0.025, 0.24
"""Width of the pen as a share of the drawing's longer side: from a ballpoint on a whole page to a marker on a small one."""

TURN = 0.12
"""Radians that a drawing is turned by, at most."""

SLANT = 0.3
"""Sideways a unit down, at most."""

STRETCH = 0.18
"""Share that width and height differ by, at most."""

ASTRAY = 0.035
"""Share of the drawing's size that each stroke is moved by, as a standard deviation: where a hand sets the pen down again."""

UNSTEADY = 0.012
"""Share of the drawing's size that a stroke's course wavers by, as a standard deviation."""

ANGULAR = 0.12
"""Share of the pictures that are drawn in straight lines with corners, as some hands do, and as mice and counters make them."""

FLATTER = 0.04, 0.12
"""Share of the drawing's size by which the course of a stroke may be off where it is replaced by straight lines."""

CORNERS = 3, 5
"""Columns and rows of the grid that corners are drawn towards."""

WAVE = 5
"""Points that a stroke's wavering is drawn for; between them it is smooth."""

WORTH_PROCESSES = 4_000
"""Pictures from which on it pays to start processes for them."""

Drawing = list[np.ndarray]


@dataclass(frozen=True)
class _Task:
    """A drawing to be drawn anew. neighbours: two others, if a share of the images is to be cut out from between them."""

    drawing: Drawing
    pens: int
    seed: int
    place: int
    neighbours: tuple[Drawing, ...] = ()
    share: float = 0.0


def redraw(drawings: Sequence[Drawing | None], pens: int, seed: int, neighbours: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Draw each drawing with `pens` pens. The seed, a drawing's place and its neighbours decide what comes out.

    neighbours: share of the images that are cut out of a line, from between two other drawings: see `cutouts`.

    Returns images, uint8 (m, 28, 28), and for each drawing where its images begin and how many there are, int32 (n, 2).
    What is None has none.
    """
    tasks = [_Task(drawing, pens, seed, place) for place, drawing in enumerate(drawings) if drawing]
    if neighbours and len(tasks) > 1:
        chosen = np.random.default_rng(seed).integers(0, len(tasks), (len(tasks), 2))
        shared = [(tasks[left].drawing, tasks[right].drawing) for left, right in chosen]
        tasks = [replace(task, neighbours=pair, share=neighbours) for task, pair in zip(tasks, shared, strict=True)]
    processes = min(os.cpu_count() or 1, 8)
    if len(tasks) * pens < WORTH_PROCESSES or processes == 1:
        drawn = list(map(_redraw_one, tasks))
    else:
        context = multiprocessing.get_context("spawn")  # a fork would copy the threads of what computes here
        with ProcessPoolExecutor(processes, context) as pool:
            drawn = list(pool.map(_redraw_one, tasks, chunksize=200))
    spans = np.zeros((len(drawings), 2), np.int32)
    begin = 0
    for task, images in zip(tasks, drawn, strict=True):
        spans[task.place] = begin, len(images)
        begin += len(images)
    return np.concatenate([np.zeros((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8), *drawn]), spans


def _redraw_one(task: _Task) -> np.ndarray:
    rng = np.random.default_rng([task.seed, task.place])
    images = []
    for _ in range(task.pens):
        pen = SIDE * np.exp(rng.uniform(np.log(THINNEST), np.log(WIDEST)))
        drawn = jitter(angular(task.drawing, rng) if rng.random() < ANGULAR else task.drawing, rng)
        image = cut_one(drawn, task.neighbours, rng) if task.share and rng.random() < task.share else None
        try:
            images.append(normalise(render(drawn, pen)) if image is None else image)
        except EmptyPicture:  # no pen is so thin, but the images of a drawing are whatever there is
            continue
    return np.stack(images) if images else np.zeros((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8)


def jitter(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """The drawing as another hand might have drawn it: turned, slanted, stretched, its strokes moved and less steady."""
    points = np.concatenate(drawing)
    size = max(float((points.max(0) - points.min(0)).max()), 1e-9)
    turn, slant, stretch = rng.uniform(-TURN, TURN), rng.uniform(-SLANT, SLANT), rng.uniform(-STRETCH, STRETCH)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    change = turned @ np.array([[1 + stretch, slant], [0, 1 - stretch]])
    return [stroke @ change.T + _wander(len(stroke), rng) * size for stroke in drawing]


def angular(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """The drawing in straight lines: its strokes between their corners, the corners drawn towards a grid, part of the way."""
    points = np.concatenate(drawing)
    corner, extent = points.min(0), np.maximum(np.ptp(points, axis=0), 1e-9)
    tolerance, pull = rng.uniform(*FLATTER) * extent.max(), rng.uniform(0, 1)
    steps = extent / (np.array(CORNERS) - 1)
    narrow = extent < extent.max() / 3  # a one has no columns to be drawn to
    lines = []
    for stroke in drawing:
        corners = stroke[_corners(stroke, tolerance)]
        gridded = np.rint((corners - corner) / steps) * steps + corner
        lines.append(np.where(narrow, corners, corners + pull * (gridded - corners)))
    return lines


def _corners(stroke: np.ndarray, tolerance: float) -> list[int]:
    """Places of the points that straight lines within `tolerance` need (Ramer 1972; Douglas & Peucker 1973)."""
    kept, open_ends = {0, len(stroke) - 1}, [(0, len(stroke) - 1)]
    while open_ends:
        first, last = open_ends.pop()
        if last - first < 2:
            continue
        between, line = stroke[first + 1 : last] - stroke[first], stroke[last] - stroke[first]
        length = np.hypot(*line)
        off = np.abs(between @ [line[1], -line[0]]) / length if length else np.hypot(*between.T)
        farthest = int(off.argmax())
        if off[farthest] > tolerance:
            kept.add(first + 1 + farthest)
            open_ends += [(first, first + 1 + farthest), (first + 1 + farthest, last)]
    return sorted(kept)


def _wander(count: int, rng: np.random.Generator) -> np.ndarray:
    """How far each point of a stroke is moved, float64 (count, 2), as shares of the drawing's size."""
    astray = rng.normal(0, ASTRAY, 2)
    at, along = np.linspace(0, WAVE - 1, count), np.arange(WAVE)
    return astray + np.stack([np.interp(at, along, rng.normal(0, UNSTEADY, WAVE)) for _ in range(2)], axis=1)
