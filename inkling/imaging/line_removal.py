"""Ruled-line removal: finds the printed lines of ruled or squared paper and erases them where no stroke crosses them."""

import numpy as np
from PIL import Image

from inkling.imaging.morphology import opening

WORKING_SIDE = 320
"""Longer side in pixels of the reduced picture in which lines are searched; a line is one or two pixels thick there."""

MAX_SLOPE = 0.22
"""Steepest line, as rise over run: 12 degrees."""

MIN_COVERAGE = 0.6
"""Minimum share of the picture's width that a line covers: the edges of its sheet may be in view."""

MIN_END_COVERAGE = 0.3
"""Minimum share of the first and of the last quarter of the width that a line covers: a long stroke lies in the middle."""

BORDER_MARGIN = 0.05
"""Lines within this share of the height from the border may be the bar of a digit that fills its picture."""

MAX_THICKNESS = 0.013
"""Maximum thickness of a line as a share of the picture's shorter side."""

MIN_SIDE = 48
"""Pictures with a shorter side in pixels have no ruled lines: a stroke may be a pixel thick there."""

TRACKING_PIECES = 24
"""Pieces into which a line is divided to follow bent paper."""

MAX_LINES = 120
"""Maximum number of lines in one direction; finer patterns are a texture."""

MAX_CANDIDATES = 1000
"""Maximum number of candidate lines examined in one direction."""


def remove_ruled_lines(density: np.ndarray, min_lines: int = 1) -> tuple[np.ndarray, int]:
    """Remove the ruled lines from a density, uint8 (height, width), 0 = paper, 255 = black.

    Lines are found by counting dark pixels along all slanted lines (Hough 1962; Duda and Hart 1972). Where a pen crossed a
    line, the density of the pen's ink alone remains: the transmittances of two layers of ink multiply. min_lines: with fewer
    lines in a direction, away from the border, they may be strokes of a digit and stay.
    Returns a new array and the number of removed lines.
    """
    if min(density.shape) < MIN_SIDE:
        return density, 0
    result = density.copy()
    count = sum(_remove_horizontal(view, min_lines) for view in (result, result.T))
    return result, count


def spans_image(ink: np.ndarray) -> bool:
    """Whether ink, uint8 (height, width), touches two opposite borders of its picture, as ruled lines do."""
    return bool((ink[:, 0].any() and ink[:, -1].any()) or (ink[0].any() and ink[-1].any()))


def _remove_horizontal(density: np.ndarray, min_lines: int) -> int:
    """Remove the horizontal lines in place; returns how many there were."""
    factor = max(1, max(density.shape) // WORKING_SIDE)
    small = np.asarray(Image.fromarray(np.ascontiguousarray(density)).reduce(factor))
    lines = _find_lines(small)
    inner = [row for _, row in lines if BORDER_MARGIN * len(small) < row < (1 - BORDER_MARGIN) * len(small) - 1]
    if len(inner) < min_lines:
        return 0
    for slope, row in lines:
        columns = np.arange(density.shape[1])
        middle = (small.shape[1] - 1) / 2
        center = ((columns + 0.5) / factor - 0.5 - middle) * slope + row  # rows of the reduced picture
        radius = max(1, round(MAX_THICKNESS * min(density.shape) / 2)) + factor
        _subtract_line(density, (center + 0.5) * factor - 0.5, radius)
    return len(lines)


def _find_lines(density: np.ndarray) -> list[tuple[float, float]]:
    """Slope, and row at the middle column, of each nearly horizontal line in a density, uint8 (height, width)."""
    height, width = density.shape
    thickness = max(2, round(MAX_THICKNESS * min(height, width)) + 1)
    mask = _thin_dark_mask(density, thickness)
    if np.count_nonzero(mask) < MIN_COVERAGE * width:
        return []
    middle = (width - 1) / 2
    padding = int(MAX_SLOPE * middle) + 3
    slopes = np.linspace(-MAX_SLOPE, MAX_SLOPE, 2 * max(1, round(MAX_SLOPE * width / 2)) + 1)  # one pixel apart at the ends
    coverage = _hough_transform(mask, slopes, padding)
    lines: list[tuple[float, float]] = []
    quarter, columns = width // 4, np.arange(width)
    for _ in range(MAX_CANDIDATES):
        index, offset = (int(position) for position in np.unravel_index(coverage.argmax(), coverage.shape))
        if coverage[index, offset] < MIN_COVERAGE or len(lines) == MAX_LINES:
            break
        rows = np.floor(offset - padding + slopes[index] * (columns - middle)).astype(np.intp)
        covered = mask[np.clip(rows, 0, height - 1), columns]
        if min(covered[:quarter].mean(), covered[-quarter:].mean()) < MIN_END_COVERAGE:  # a long stroke
            coverage[index, offset] = 0
            continue
        lines.append((float(slopes[index]), float(offset - padding) - 0.5))
        reach = (np.abs(slopes - slopes[index]) * middle + thickness).astype(np.intp) + 1  # lines never cross in the picture
        for other, distance in enumerate(reach):
            coverage[other, max(0, offset - distance) : offset + distance + 1] = 0
    return lines


def _thin_dark_mask(density: np.ndarray, thickness: int) -> np.ndarray:
    """Pixels darker than the paper, in horizontal structures no thicker than `thickness`: bool (height, width)."""
    low, median = np.percentile(density, (16, 50))
    mask: np.ndarray = density > median + max(3, 2.5 * (median - low))
    mask &= ~opening(mask, 2 * (thickness // 2) + 3, 1)
    mask[1:] |= mask[:-1]  # a line is never perfectly straight
    return mask


def _hough_transform(mask: np.ndarray, slopes: np.ndarray, padding: int) -> np.ndarray:
    """The share of each line that a mask, bool (height, width), covers: float64 (slopes, height + 2 * padding).

    Column i stands for the line at row i - padding in the middle of the picture.
    """
    height, width = mask.shape
    y, x = np.nonzero(mask)
    middle = (width - 1) / 2
    coverage = np.empty((len(slopes), height + 2 * padding))
    rows = np.arange(-padding, height + padding)
    for index, slope in enumerate(slopes):
        positions = (y - slope * (x - middle) + (padding + 0.5)).astype(np.intp)
        coverage[index] = np.bincount(positions, minlength=height + 2 * padding)[: height + 2 * padding]
        if slope:  # the part of the line that lies inside the picture
            ends = np.sort([(0 - rows) / slope, (height - 1 - rows) / slope], axis=0)
            inside = np.clip(ends[1], -middle, middle) - np.clip(ends[0], -middle, middle)
        else:
            inside = np.where((rows >= 0) & (rows < height), width, 0)
        coverage[index] /= np.maximum(inside, width / 2)
    return coverage


def _subtract_line(density: np.ndarray, center: np.ndarray, radius: int) -> None:
    """Remove one line in place. center: float (width,), its row at each column, accurate within `radius` pixels."""
    height, width = density.shape
    offsets = np.arange(-2 * radius, 2 * radius + 1)
    rows = np.floor(center + 0.5).astype(np.intp) + offsets[:, None]  # (offsets, width)
    columns = np.broadcast_to(np.arange(width), rows.shape)
    inside = (rows >= 0) & (rows < height)
    band = np.where(inside, density[np.clip(rows, 0, height - 1), columns], 0)
    rows = rows + _track_line(band, radius)
    inside = (rows >= 0) & (rows < height)
    band = np.where(inside, density[np.clip(rows, 0, height - 1), columns], 0).astype(np.float32)
    valid = inside[len(offsets) // 2]
    if not valid.any():
        return
    profile = np.percentile(band[:, valid], 60, axis=1)  # density of the line, row by row: ink covers less than 40 %
    background = np.median(profile)
    line = np.where(np.abs(offsets) <= radius + 1, np.maximum(profile - background, 0), 0)
    peak = line.max()
    if peak < 2:
        return
    strong = np.flatnonzero(line > peak * 0.2)
    first, last = strong[0], strong[-1]
    above, below = band[max(0, first - 2)] - background, band[min(len(offsets) - 1, last + 2)] - background
    line[max(0, first - 1) : last + 2] = np.maximum(line[max(0, first - 1) : last + 2], peak * 0.75)
    line = np.where(line > 0, np.minimum(line * 1.2, 250), 0)
    clean = np.clip(255 - (255 - band) * (255 / (255 - line[:, None])), 0, 255)
    is_crossed = np.minimum(above, below) > peak * 0.5  # ink on both sides of the line
    clean = np.where(is_crossed, np.maximum(clean, np.minimum(np.minimum(above, below), band)), clean)
    is_bare = ~((above > peak * 0.5) | (below > peak * 0.5)) & (band <= max(1.7 * peak, peak + 25)).all(0)
    clean[:, is_bare] = 0  # no ink here, however uneven the print
    touched = (line > 0)[:, None] & inside
    density[rows[touched], columns[touched]] = clean[touched].astype(np.uint8)


def _track_line(band: np.ndarray, radius: int) -> np.ndarray:
    """Row offset of a line from its straight course at each column, int (width,), where the paper is bent.

    band: float or uint8 (rows, width), with the straight course in its middle row. Density above that of the line is capped, so
    that strokes along the line do not mislead.
    """
    near = band[radius : len(band) - radius]
    level = 1.2 * np.percentile(near.max(0), 40)
    pieces = np.array_split(np.minimum(near, level).astype(np.float32), min(TRACKING_PIECES, near.shape[1]), axis=1)
    means = np.pad(np.array([piece.mean(1) for piece in pieces]), ((0, 0), (1, 1)), "edge")  # (pieces, rows)
    smooth = means[:, :-2] + 2 * means[:, 1:-1] + means[:, 2:]
    offsets = np.arange(-radius, radius + 1)
    found = (smooth - 0.05 * level * np.abs(offsets)).argmax(1) - radius
    steady = [np.median(found[max(0, index - 2) : index + 3]) for index in range(len(found))]
    centers = (np.arange(len(pieces)) + 0.5) * (band.shape[1] / len(pieces))
    tracked: np.ndarray = np.floor(np.interp(np.arange(band.shape[1]), centers, steady) + 0.5).astype(np.intp)
    return tracked
