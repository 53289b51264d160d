"""Foreground extraction: the ink of a picture, on any paper, in any light and of any polarity."""

import numpy as np

from inkling.errors import EmptyPicture
from inkling.imaging.border_removal import find_border_regions
from inkling.imaging.illumination import normalize_background
from inkling.imaging.line_removal import remove_ruled_lines, spans_image
from inkling.imaging.morphology import dilate, opening
from inkling.imaging.polarity import is_inverted
from inkling.imaging.thresholding import (
    MIN_CONTRAST,
    GlobalThreshold,
    apply_lut,
    foreground_lut,
    gray_histogram,
    median_level,
    threshold_otsu,
)

MIN_BACKGROUND_SIDE = 32
"""Pictures with a shorter side in pixels are crops of one character and may be mostly ink: their paper counts as uniform."""

MIN_DENSITY = 24
"""Density of 255 below which the middle of a stroke is not ink on uneven paper: less than a hard pencil, more than a shadow."""

MIN_LEVEL_RANGE = 16
"""Minimum range of gray levels of a picture with ink on uneven paper."""

MIN_LEVELS_BELOW_PAPER = 8
"""Gray levels by which ink is darker than uneven paper: in the dark, a share of the light is soon less than the noise."""

MIN_INK_SHARE = 0.0001
"""Minimum share of ink pixels on uneven paper."""

STROKE_LEVEL = 128
"""Ink level from which a pixel certainly belongs to a stroke."""

MAX_EDGE_WIDTH = 0.04
"""Maximum width of the soft edge of a stroke as a share of the picture's shorter side."""

SOLID_SIDE = 0.35
"""Side of a square that no stroke fills, as a share of the picture's shorter side."""

WORKING_SIDE = 160
"""Shorter side in pixels of the reduced picture that is searched for such a square."""

DEVIATION, MAX_DEVIATING_SHARE = 0.15, 0.02
"""On uniform paper, at most MAX_DEVIATING_SHARE of the background deviates by DEVIATION of the contrast."""


def extract_foreground(picture: np.ndarray) -> np.ndarray:
    """Extract the ink of a picture, uint8 (height, width): the same shape and dtype, 0 = paper, 255 = middle of a stroke.

    Uniform paper is thresholded globally (Otsu 1979). Where light or paper are uneven or lines are printed on it, each point is
    compared with the paper around it. Specks, frames and other marks are still included. Raises EmptyPicture without ink.
    """
    corner = picture[0, 0]
    differs = picture != corner  # most of a drawing is background, which needs no second look
    rows, columns = np.flatnonzero(differs.any(1)), np.flatnonzero(differs.any(0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)) if rows.size else np.s_[:1, :1]
    inner = picture[box]
    histogram = gray_histogram(inner)
    histogram[corner] += picture.size - inner.size
    threshold = GlobalThreshold.from_picture(picture, histogram)
    if threshold.level_range < MIN_LEVEL_RANGE or min(picture.shape) < MIN_BACKGROUND_SIDE:
        threshold.check_contrast()
        return threshold.apply(picture)
    if threshold.contrast >= MIN_CONTRAST:
        is_uniform = threshold.is_uniform(histogram)
        if is_uniform or threshold.may_be_uniform(histogram):
            ink = np.full(picture.shape, threshold.lut[corner])
            ink[box] = threshold.apply(inner)
            gray = 255 - picture if threshold.inverted else picture
            if is_uniform or (not _has_solid_area(ink) and _has_even_background(gray, threshold, ink)):
                return _remove_lines(picture, threshold, ink) if spans_image(ink) else ink
    gray = 255 - picture if is_inverted(picture) else picture
    return _density_to_ink(remove_ruled_lines(normalize_background(gray))[0], float(gray.mean()))


def _has_solid_area(ink: np.ndarray) -> bool:
    """Whether the ink fills a square larger than any stroke is wide: it is the lit part of a sheet, or what lies around it."""
    factor = -(-min(ink.shape) // WORKING_SIDE)
    is_ink = ink[::factor, ::factor] >= STROKE_LEVEL
    side = int(SOLID_SIDE * min(is_ink.shape)) // 2 * 2 + 1
    return bool(opening(is_ink, side, side).any())


def _has_even_background(gray: np.ndarray, threshold: GlobalThreshold, ink: np.ndarray) -> bool:
    """Whether all pixels that are neither paper nor ink lie next to ink: soft edges of strokes do, shadows do not."""
    near_ink = ink >= STROKE_LEVEL
    for _ in range(max(1, round(MAX_EDGE_WIDTH * min(ink.shape)))):
        near_ink = dilate(near_ink)
    deviates = np.abs(gray - np.float32(threshold.paper_level)) > threshold.contrast * DEVIATION
    return bool(np.count_nonzero(deviates & ~near_ink) <= MAX_DEVIATING_SHARE * np.count_nonzero(~near_ink))


def _remove_lines(picture: np.ndarray, threshold: GlobalThreshold, ink: np.ndarray) -> np.ndarray:
    """The ink on uniform paper without the lines printed on it; unchanged if there are none."""
    gray = 255 - picture if threshold.inverted else picture
    density, count = remove_ruled_lines(normalize_background(gray), min_lines=2)
    return _density_to_ink(density, threshold.paper_level) if count else ink


def _density_to_ink(density: np.ndarray, paper_level: float) -> np.ndarray:
    """Density -> ink, both uint8 (height, width), without the surroundings of the sheet. paper_level: mean gray level."""
    floor, full, threshold = _density_levels(density, paper_level)
    border_regions = find_border_regions(density > threshold)
    if border_regions.any():
        density = np.where(border_regions, 0, density)
        floor, full, _ = _density_levels(density, paper_level)
    return apply_lut(density, foreground_lut(255 - floor, 255 - full)[::-1])


def _density_levels(density: np.ndarray, paper_level: float) -> tuple[int, int, int]:
    """Levels of a density, uint8 (height, width): the end of the noise, the middle of a stroke, the threshold of ink."""
    histogram = gray_histogram(density)
    paper = median_level(histogram)
    noise = max(1, paper - int(np.searchsorted(np.cumsum(histogram), 0.16 * density.size)))
    floor = paper + max(3, 3 * noise)
    above = histogram.copy()
    above[: max(floor, paper + MIN_DENSITY // 2) + 1] = 0
    if above.sum() < max(8, MIN_INK_SHARE * density.size):
        raise EmptyPicture("The picture is blank: it shows paper, light and shadows, but no strokes.")
    threshold = threshold_otsu(above)
    full = threshold + 1 + median_level(above[threshold + 1 :])
    if full - paper < max(MIN_DENSITY, 5 * noise, 255 * MIN_LEVELS_BELOW_PAPER / max(paper_level, 1)):
        raise EmptyPicture("The picture is blank: its darkest marks hardly differ from the paper.")
    return floor, full, threshold
