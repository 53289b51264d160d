"""Rules: printed lines that cross a picture, found and taken out without harm to the ink that crosses them."""

import numpy as np
from PIL import Image

from inkling.imaging.morphology import opening

HOUGH_SIDE = 320
"""Lines are looked for in a picture reduced to about this: a rule is then a pixel or two thick."""

SLANT = 0.22
"""Steepest rule, as rise over run: 12 degrees."""

ACROSS = 0.6
"""Share of a picture's width that a rule covers at least: the edges of its sheet may be in view."""

AT_ENDS = 0.3
"""Share that it covers, at least, of the first and of the last quarter of the width: a long stroke lies in the middle."""

EDGE = 0.05
"""A line as near to the edge as this share of the picture's height may be the bar of a digit that fills its picture."""

THICK = 0.013
"""Greatest thickness of a rule as a share of the picture's shorter side."""

SMALLEST = 48
"""Pictures with a shorter side hold no rules: there a pixel may be a stroke."""

PIECES = 24
"""Into so many a line is cut to see where paper bends it."""

MOST = 120
"""Rules that are taken out in one direction, at most: finer ones are a texture."""

TRIES = 1000
"""Lines that are looked at in one direction, at most."""


def erase_rules(density: np.ndarray, least: int = 1) -> tuple[np.ndarray, int]:
    """Take the rules out of a picture's density, uint8 (height, width), 0 = paper, 255 = black.

    least: fewer than these in a direction, away from the picture's edges, may be strokes of a digit and stay.
    Returns the density without them, a new array, and how many there were. Lines are found by counting what is darker than
    paper along every slanted line (Hough 1962; Duda and Hart 1972). Where a pen crossed a rule its own share stays:
    what two layers of ink let through multiplies.
    """
    if min(density.shape) < SMALLEST:
        return density, 0
    result = density.copy()
    count = sum(_erase_across(part, least) for part in (result, result.T))
    return result, count


def crosses(ink: np.ndarray) -> bool:
    """Whether ink, uint8 (height, width), reaches two opposite edges of its picture, as rules do."""
    return bool((ink[:, 0].any() and ink[:, -1].any()) or (ink[0].any() and ink[-1].any()))


def _erase_across(density: np.ndarray, least: int) -> int:
    """Take out, in place, the lines that run from left to right; how many."""
    factor = max(1, max(density.shape) // HOUGH_SIDE)
    small = np.asarray(Image.fromarray(np.ascontiguousarray(density)).reduce(factor))
    lines = _find_lines(small)
    inner = [at for _, at in lines if EDGE * len(small) < at < (1 - EDGE) * len(small) - 1]
    if len(inner) < least:
        return 0
    for rise, at in lines:
        columns = np.arange(density.shape[1])
        middle = (small.shape[1] - 1) / 2
        centre = ((columns + 0.5) / factor - 0.5 - middle) * rise + at  # rows of the reduced picture
        _subtract(density, (centre + 0.5) * factor - 0.5, max(1, round(THICK * min(density.shape) / 2)) + factor)
    return len(lines)


def _find_lines(density: np.ndarray) -> list[tuple[float, float]]:
    """Rise over run, and row at the middle column, of each line across."""
    height, width = density.shape
    thick = max(2, round(THICK * min(height, width)) + 1)
    low, middle_level = np.percentile(density, (16, 50))
    mask = density > middle_level + max(3, 2.5 * (middle_level - low))
    mask &= ~opening(mask, 2 * (thick // 2) + 3, 1)  # what is thicker is no rule
    mask[1:] |= mask[:-1]  # a rule is not quite straight
    y, x = np.nonzero(mask)
    if len(y) < ACROSS * width:
        return []
    middle = (width - 1) / 2
    pad = int(SLANT * middle) + 3
    rises = np.linspace(-SLANT, SLANT, 2 * max(1, round(SLANT * width / 2)) + 1)  # ends of neighbours lie a pixel apart
    counts = np.empty((len(rises), height + 2 * pad))
    rows = np.arange(-pad, height + pad)
    for index, rise in enumerate(rises):
        falls = (y - rise * (x - middle) + (pad + 0.5)).astype(np.intp)
        counts[index] = np.bincount(falls, minlength=height + 2 * pad)[: height + 2 * pad]
        if rise:  # the share of the line that lies in the picture
            ends = np.sort([(0 - rows) / rise, (height - 1 - rows) / rise], axis=0)
            inside = np.clip(ends[1], -middle, middle) - np.clip(ends[0], -middle, middle)
        else:
            inside = np.where((rows >= 0) & (rows < height), width, 0)
        counts[index] /= np.maximum(inside, width / 2)
    lines = []
    quarter, columns = width // 4, np.arange(width)
    for _ in range(TRIES):
        index, at = np.unravel_index(counts.argmax(), counts.shape)
        if counts[index, at] < ACROSS or len(lines) == MOST:
            break
        rows = np.floor(at - pad + rises[index] * (columns - middle)).astype(np.intp)
        covered = mask[np.clip(rows, 0, height - 1), columns]
        if min(covered[:quarter].mean(), covered[-quarter:].mean()) < AT_ENDS:  # a long stroke
            counts[index, at] = 0
            continue
        lines.append((float(rises[index]), float(at - pad) - 0.5))
        reach = (np.abs(rises - rises[index]) * middle + thick).astype(np.intp) + 1  # two rules do not cross in the picture
        for other, far in enumerate(reach):
            counts[other, max(0, at - far) : at + far + 1] = 0
    return lines


def _subtract(density: np.ndarray, centre: np.ndarray, reach: int) -> None:
    """Take one line out, in place. centre: float (width,), its row at each column, right within `reach` pixels."""
    height, width = density.shape
    offsets = np.arange(-2 * reach, 2 * reach + 1)
    rows = np.floor(centre + 0.5).astype(np.intp) + offsets[:, None]  # (offsets, width)
    columns = np.broadcast_to(np.arange(width), rows.shape)
    inside = (rows >= 0) & (rows < height)
    band = np.where(inside, density[np.clip(rows, 0, height - 1), columns], 0)
    shift = _follow(band, reach)
    rows = rows + shift
    inside = (rows >= 0) & (rows < height)
    band = np.where(inside, density[np.clip(rows, 0, height - 1), columns], 0).astype(np.float32)
    valid = inside[len(offsets) // 2]
    if not valid.any():
        return
    profile = np.percentile(band[:, valid], 60, axis=1)  # the line's own density, row by row: ink covers less than this
    ground = np.median(profile)
    near = np.abs(offsets) <= reach + 1
    line = np.where(near, np.maximum(profile - ground, 0), 0)
    peak = line.max()
    if peak < 2:
        return
    strong = np.flatnonzero(line > peak * 0.2)
    first, last = strong[0], strong[-1]
    above, below = band[max(0, first - 2)] - ground, band[min(len(offsets) - 1, last + 2)] - ground
    line[max(0, first - 1) : last + 2] = np.maximum(line[max(0, first - 1) : last + 2], peak * 0.75)
    line = np.where(line > 0, np.minimum(line * 1.2, 250), 0)
    clean = np.clip(255 - (255 - band) * (255 / (255 - line[:, None])), 0, 255)
    inked = np.minimum(above, below) > peak * 0.5  # a pen came in and went out
    clean = np.where(inked, np.maximum(clean, np.minimum(np.minimum(above, below), band)), clean)
    printed = ~((above > peak * 0.5) | (below > peak * 0.5)) & (band <= max(1.7 * peak, peak + 25)).all(0)
    clean[:, printed] = 0  # no pen here, however uneven the print is
    touched = (line > 0)[:, None] & inside
    density[rows[touched], columns[touched]] = clean[touched].astype(np.uint8)


def _follow(band: np.ndarray, reach: int) -> np.ndarray:
    """By how many rows the line lies beside its straight course at each column, int (width,): paper bends.

    band: float or uint8 (rows, width), the course in its middle row. Ink counts no more than the line, so that no stroke
    along it leads astray.
    """
    near = band[reach : len(band) - reach]
    level = 1.2 * np.percentile(near.max(0), 40)
    pieces = np.array_split(np.minimum(near, level).astype(np.float32), min(PIECES, near.shape[1]), axis=1)
    means = np.pad(np.array([piece.mean(1) for piece in pieces]), ((0, 0), (1, 1)), "edge")  # (pieces, rows)
    soft = means[:, :-2] + 2 * means[:, 1:-1] + means[:, 2:]
    offsets = np.arange(-reach, reach + 1)
    found = (soft - 0.05 * level * np.abs(offsets)).argmax(1) - reach
    steady = [np.median(found[max(0, at - 2) : at + 3]) for at in range(len(found))]
    middles = (np.arange(len(pieces)) + 0.5) * (band.shape[1] / len(pieces))
    return np.floor(np.interp(np.arange(band.shape[1]), middles, steady) + 0.5).astype(np.intp)
