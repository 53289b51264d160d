"""Tones: the levels of paper and ink in a picture, from its histogram."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from inkling.errors import EmptyPicture

MIN_CONTRAST = 32
"""Grey levels between paper and ink below which flat paper counts as empty: the noise of a scanned blank stays under it."""

FAINT = 0.1
"""Ink below this share of the darkest is noise of the paper or of JPEG."""

EVEN = 0.85
"""Share of the light side's pixels that are of the paper's tone where paper is flat: the rest are the soft edges of strokes."""

RIM = 0.01
"""Share of the outermost pixels that may be neither paper nor ink where paper is flat, and …"""

INKED_RIM = 0.3
"""… that may be ink: a digit may be cut off, or fill its picture."""

INKED = 0.6
"""Share of all pixels that may be ink where paper is flat: more is a sheet on a table."""

DARKER, DARKER_SHARE = 0.35, 0.03
"""At most this share of the ink is darker than its median by more than that share of the contrast: else that is a shadow."""

LEVELS = np.arange(256)


@dataclass(frozen=True)
class Tones:
    """Paper and ink of a picture as a threshold parts them.

    light: whether the ink is lighter than the paper. paper, dark: the median levels of both, 0..255, in the picture
    turned so that ink is the darker. span: levels from the darkest pixel to the lightest.
    rim: int (256,), histogram of the outermost pixels.
    """

    light: bool
    paper: int
    dark: int
    span: int
    rim: np.ndarray

    @classmethod
    def of(cls, picture: np.ndarray, histogram: np.ndarray) -> "Tones":
        """The tones of a picture, uint8 (height, width), with its histogram, int (256,)."""
        levels = np.flatnonzero(histogram)
        lowest, highest = int(levels[0]), int(levels[-1])
        edge = picture[0].tobytes() + picture[-1].tobytes() + picture[1:-1, 0].tobytes() + picture[1:-1, -1].tobytes()
        rim = np.bincount(np.frombuffer(edge, np.uint8), minlength=256)
        if lowest == highest:
            return cls(False, lowest, lowest, 0, rim)
        threshold = otsu(histogram)
        dark, total = 2 * int(rim[: threshold + 1].sum()), len(edge)
        if dark == total:  # the edge draws, so the whole picture tells which is more and hence the paper
            dark, total = 2 * int(histogram[: threshold + 1].sum()), picture.size
        light = dark >= total
        if light:
            histogram, rim, threshold = histogram[::-1], rim[::-1], 254 - threshold
        paper = threshold + 1 + median_level(histogram[threshold + 1 :])
        return cls(light, paper, median_level(histogram[: threshold + 1]), highest - lowest, rim)

    def are_flat(self, histogram: np.ndarray) -> bool:
        """Whether the paper is of one tone all over the picture, so that one threshold suits all of it."""
        histogram = histogram[::-1] if self.light else histogram
        near = max(2, int(FAINT * (self.paper - self.dark)))
        lowest, middle = self.paper - near, (self.paper + self.dark + 1) // 2  # both above 0, as paper is above ink
        upto, rim = np.cumsum(histogram), np.cumsum(self.rim)
        highest = min(255, self.paper + near)
        bright = upto[-1] - upto[middle - 1]
        if upto[highest] - upto[lowest - 1] < EVEN * bright or bright < (1 - INKED) * upto[-1]:
            return False
        inked = rim[middle - 1]
        other = rim[-1] - inked - (rim[highest] - rim[lowest - 1])
        return bool(inked <= INKED_RIM * rim[-1] and other <= max(4, RIM * rim[-1]))

    def may_be_flat(self, histogram: np.ndarray) -> bool:
        """Whether a threshold may suit where the edge is not all paper: ink is of one tone too, and less than the paper."""
        histogram, contrast = histogram[::-1] if self.light else histogram, self.paper - self.dark
        middle, black = (self.paper + self.dark + 1) // 2, max(0, self.dark - int(DARKER * contrast))
        inked = histogram[:middle].sum()
        few = histogram[:black].sum() <= DARKER_SHARE * inked and inked <= INKED * histogram.sum()
        return bool(few and 2 * self.rim[:middle].sum() < self.rim.sum())

    def check(self) -> None:
        """Raises EmptyPicture where paper and ink are too much alike."""
        if self.span < MIN_CONTRAST:
            raise EmptyPicture(
                f"Expected a picture with ink on paper. Received one whose tones span {self.span} of 255 levels."
            )
        if self.paper - self.dark < MIN_CONTRAST:
            raise EmptyPicture(
                f"Expected ink on paper. Received a picture whose ink is {self.paper - self.dark} levels off its paper."
            )

    @cached_property
    def table(self) -> np.ndarray:
        """Level -> ink, uint8 (256,), 0 = paper, 255 = ink."""
        table = strengths(self.paper, self.dark)
        return table[::-1] if self.light else table

    def ink(self, picture: np.ndarray) -> np.ndarray:
        """The ink of the picture: uint8 (height, width), 0 = paper, 255 = ink."""
        return look_up(picture, self.table)


def strengths(paper: int, ink: int) -> np.ndarray:
    """Level -> ink, uint8 (256,): 0 at the paper's level and FAINT from it towards the ink's, 255 at the ink's."""
    strength = (paper - np.arange(256, dtype=np.float32)) / (paper - ink)
    strength[strength < FAINT] = 0
    return (np.clip(strength, 0, 1) * 255 + 0.5).astype(np.uint8)


def look_up(picture: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Each level of a picture, uint8 (height, width), replaced by its entry in a table, uint8 (256,)."""
    return np.frombuffer(picture.tobytes().translate(table.tobytes()), np.uint8).reshape(picture.shape)  # faster than take


def otsu(histogram: np.ndarray) -> int:
    """The level, 0..254, that best parts the dark (<= level) from the light: Otsu 1979, largest between-class variance.

    Of several equally good levels the middle one. All sums are whole numbers, so that a picture and its inverse draw alike.
    """
    count, total = histogram.sum(), (histogram * LEVELS).sum()
    dark = np.cumsum(histogram)[:-1]
    light = count - dark
    apart = (np.cumsum(histogram * LEVELS)[:-1] * count - total * dark).astype(np.float64)
    variance = np.where((dark > 0) & (light > 0), apart**2 / np.maximum(dark * light, 1), -1)
    best = np.flatnonzero(variance == variance.max())
    return int(best[len(best) // 2])


def median_level(histogram: np.ndarray) -> int:
    """The level that half of the pixels of a histogram are at or below."""
    return int(np.searchsorted(np.cumsum(histogram), histogram.sum() / 2))


def histogram_of(picture: np.ndarray) -> np.ndarray:
    """How many pixels of a picture, uint8 (height, width), have each level: int (256,)."""
    return np.array(Image.fromarray(picture).histogram())
