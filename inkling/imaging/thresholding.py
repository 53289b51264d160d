"""Global thresholding: the paper and ink levels of a picture from its histogram, and lookup tables from gray level to ink."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from inkling.errors import EmptyPicture

MIN_CONTRAST = 32
"""Gray levels between paper and ink below which a picture of uniform paper is empty: more than the noise of a blank scan."""

NOISE_SHARE = 0.1
"""Ink below this share of the contrast is noise of the paper or of JPEG compression."""

MIN_PAPER_SHARE = 0.85
"""Minimum share of the light pixels at the paper's level on uniform paper; the rest are the soft edges of strokes."""

MAX_BORDER_OTHER_SHARE = 0.01
"""Maximum share of the border pixels that are neither paper nor ink on uniform paper."""

MAX_BORDER_INK_SHARE = 0.3
"""Maximum share of the border pixels that are ink on uniform paper: a digit may be cropped, or fill its picture."""

MAX_INK_SHARE = 0.6
"""Maximum share of ink in a picture of uniform paper; with more, it is a sheet on a table."""

SHADOW_DEPTH, MAX_SHADOW_SHARE = 0.35, 0.03
"""Ink darker than its median by SHADOW_DEPTH of the contrast is a shadow if it is more than MAX_SHADOW_SHARE of the ink."""

MAX_CROPPED_SIDE = 32
"""Pictures with a shorter side in pixels are often cropped so closely that strokes run along their border."""

LEVELS = np.arange(256)


@dataclass(frozen=True)
class GlobalThreshold:
    """Paper and ink of a picture, separated by one threshold.

    inverted: whether the ink is lighter than the paper. paper_level, ink_level: their median gray levels, 0..255, after
    inverting an inverted picture, so that ink is darker. level_range: from the darkest pixel to the lightest, in gray levels.
    border_histogram: int (256,), of the outermost pixels.
    """

    inverted: bool
    paper_level: int
    ink_level: int
    level_range: int
    border_histogram: np.ndarray

    @classmethod
    def from_picture(cls, picture: np.ndarray, histogram: np.ndarray) -> "GlobalThreshold":
        """Separate a picture, uint8 (height, width), with its histogram, int (256,), by Otsu's method.

        The majority of the border pixels is the paper; in a tie, the majority of all pixels. On the border of a small picture,
        between a quarter and three quarters of which are dark, the majority of the four corners decides: round strokes touch
        the sides first.
        """
        levels = np.flatnonzero(histogram)
        lowest, highest = int(levels[0]), int(levels[-1])
        border = picture[0].tobytes() + picture[-1].tobytes() + picture[1:-1, 0].tobytes() + picture[1:-1, -1].tobytes()
        border_histogram = np.bincount(np.frombuffer(border, np.uint8), minlength=256)
        if lowest == highest:
            return cls(False, lowest, lowest, 0, border_histogram)
        threshold = threshold_otsu(histogram)
        dark_twice, total = 2 * int(border_histogram[: threshold + 1].sum()), len(border)
        if min(picture.shape) < MAX_CROPPED_SIDE and total < 2 * dark_twice < 3 * total:
            dark_corners = int(np.count_nonzero(picture[[0, 0, -1, -1], [0, -1, 0, -1]] <= threshold))
            if dark_corners != 2:
                dark_twice, total = 2 * dark_corners, 4
        if dark_twice == total:
            dark_twice, total = 2 * int(histogram[: threshold + 1].sum()), picture.size
        inverted = dark_twice >= total
        if inverted:
            histogram, border_histogram, threshold = histogram[::-1], border_histogram[::-1], 254 - threshold
        paper_level = threshold + 1 + median_level(histogram[threshold + 1 :])
        return cls(inverted, paper_level, median_level(histogram[: threshold + 1]), highest - lowest, border_histogram)

    @property
    def contrast(self) -> int:
        """Gray levels between paper and ink."""
        return self.paper_level - self.ink_level

    def is_uniform(self, histogram: np.ndarray) -> bool:
        """Whether the paper has one level all over the picture, so that one threshold suits all of it."""
        histogram = histogram[::-1] if self.inverted else histogram
        tolerance = max(2, int(NOISE_SHARE * self.contrast))
        lowest, middle = self.paper_level - tolerance, (self.paper_level + self.ink_level + 1) // 2  # both above 0
        cumulative, border_cumulative = np.cumsum(histogram), np.cumsum(self.border_histogram)
        highest = min(255, self.paper_level + tolerance)
        light = cumulative[-1] - cumulative[middle - 1]
        paper = cumulative[highest] - cumulative[lowest - 1]
        if paper < MIN_PAPER_SHARE * light or light < (1 - MAX_INK_SHARE) * cumulative[-1]:
            return False
        border, border_ink = border_cumulative[-1], border_cumulative[middle - 1]
        border_other = border - border_ink - (border_cumulative[highest] - border_cumulative[lowest - 1])
        return bool(border_ink <= MAX_BORDER_INK_SHARE * border and border_other <= max(4, MAX_BORDER_OTHER_SHARE * border))

    def may_be_uniform(self, histogram: np.ndarray) -> bool:
        """Whether one threshold may suit a picture whose border is not all paper: its ink has one level and is the minority."""
        histogram = histogram[::-1] if self.inverted else histogram
        middle = (self.paper_level + self.ink_level + 1) // 2
        shadow = max(0, self.ink_level - int(SHADOW_DEPTH * self.contrast))
        ink = histogram[:middle].sum()
        has_shadow = histogram[:shadow].sum() > MAX_SHADOW_SHARE * ink
        border_ink = self.border_histogram[:middle].sum()
        return bool(not has_shadow and ink <= MAX_INK_SHARE * histogram.sum() and 2 * border_ink < self.border_histogram.sum())

    def check_contrast(self) -> None:
        """Raise EmptyPicture if paper and ink are too similar."""
        if self.level_range < MIN_CONTRAST or self.contrast < MIN_CONTRAST:
            raise EmptyPicture(
                "The picture is blank: no dark or light strokes were found. "
                f"Ink and paper must differ by at least {MIN_CONTRAST} of 255 gray levels."
            )

    @cached_property
    def lut(self) -> np.ndarray:
        """Lookup table from gray level to ink, uint8 (256,): 0 = paper, 255 = ink."""
        lut = foreground_lut(self.paper_level, self.ink_level)
        return lut[::-1] if self.inverted else lut

    def apply(self, picture: np.ndarray) -> np.ndarray:
        """The ink of a picture: uint8 (height, width), 0 = paper, 255 = ink."""
        return apply_lut(picture, self.lut)


def foreground_lut(paper_level: int, ink_level: int) -> np.ndarray:
    """Lookup table from gray level to ink, uint8 (256,): linear from 0 at the paper's level to 255 at the ink's.

    Values below NOISE_SHARE are 0.
    """
    strength = (paper_level - np.arange(256, dtype=np.float32)) / (paper_level - ink_level)
    strength[strength < NOISE_SHARE] = 0
    return (np.clip(strength, 0, 1) * 255 + 0.5).astype(np.uint8)


def apply_lut(picture: np.ndarray, lut: np.ndarray) -> np.ndarray:
    """Replace each level of a picture, uint8 (height, width), by its entry in a table, uint8 (256,)."""
    translated = picture.tobytes().translate(lut.tobytes())  # faster than np.take
    return np.frombuffer(translated, np.uint8).reshape(picture.shape)


def threshold_otsu(histogram: np.ndarray) -> int:
    """The level, 0..254, that best separates dark (<= level) from light pixels: the largest between-class variance, Otsu 1979.

    Of several equally good levels the middle one. All sums are integers, so a picture and its inverse have the same ties.
    """
    count, total = histogram.sum(), (histogram * LEVELS).sum()
    dark = np.cumsum(histogram)[:-1]
    light = count - dark
    mean_difference = (np.cumsum(histogram * LEVELS)[:-1] * count - total * dark).astype(np.float64)
    variance = np.where((dark > 0) & (light > 0), mean_difference**2 / np.maximum(dark * light, 1), -1)
    best = np.flatnonzero(variance == variance.max())
    return int(best[len(best) // 2])


def median_level(histogram: np.ndarray) -> int:
    """The lowest level that at least half of the pixels of a histogram do not exceed."""
    return int(np.searchsorted(np.cumsum(histogram), histogram.sum() / 2))


def gray_histogram(picture: np.ndarray) -> np.ndarray:
    """Number of pixels of a picture, uint8 (height, width), at each level: int (256,)."""
    return np.array(Image.fromarray(picture).histogram())
