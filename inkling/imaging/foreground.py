"""Ink: a picture of writing -> how dark the ink is at every pixel, whatever the paper, the light and the polarity."""

import numpy as np

from inkling.errors import EmptyPicture
from inkling.imaging.border_removal import find_surroundings
from inkling.imaging.connected_components import grown
from inkling.imaging.illumination import density_of
from inkling.imaging.line_removal import crosses, erase_rules
from inkling.imaging.polarity import is_light_on_dark
from inkling.imaging.thresholding import MIN_CONTRAST, Tones, histogram_of, look_up, median_level, otsu, strengths

SMALL = 32
"""A picture with a shorter side is a crop of one sign, of which ink may be most: its paper counts as flat."""

FAINTEST = 24
"""Density of 255 below which the middle of a stroke is no ink on uneven paper: a hard pencil leaves more, a shade less."""

LEAST_SPAN = 16
"""Levels that a picture spans at least to hold ink on uneven paper."""

LEAST_LEVELS = 8
"""Grey levels that it is darker than the paper at least: in the dark a share of the light is soon less than noise."""

LEAST = 0.0001
"""Share of the pixels that are ink, at least, where paper is uneven."""

STROKE = 128
"""Ink from this level on is surely that of a stroke; its soft edge reaches …"""

SOFT = 0.04
"""… this share of the picture's shorter side, at most."""

STRAY, FEW = 0.15, 0.02
"""Of what is no stroke at most FEW are off the paper's tone by more than STRAY of the contrast, where paper is flat."""


def find_ink(picture: np.ndarray) -> np.ndarray:
    """The ink of a picture, uint8 (height, width): an array of the same shape, 0 = paper, 255 = the middle of a stroke.

    On flat paper a threshold by Otsu (1979) tells ink from paper; where light or paper are uneven, or lines are printed on it,
    each point is compared with the paper there. What is not writing, such as specks and frames, is still in it.
    Raises EmptyPicture where there is no ink.
    """
    corner = picture[0, 0]
    other = picture != corner  # most of a drawing is of one tone, and need not be looked at again
    rows, columns = np.flatnonzero(other.any(1)), np.flatnonzero(other.any(0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)) if rows.size else np.s_[:1, :1]
    inner = picture[box]
    histogram = histogram_of(inner)
    histogram[corner] += picture.size - inner.size
    tones = Tones.of(picture, histogram)
    if tones.span < LEAST_SPAN or min(picture.shape) < SMALL:
        tones.check()
        return tones.ink(picture)
    if tones.paper - tones.dark >= MIN_CONTRAST:
        flat = tones.are_flat(histogram)
        if flat or tones.may_be_flat(histogram):
            ink = np.full(picture.shape, tones.table[corner])
            ink[box] = tones.ink(inner)
            if flat or _is_even(255 - picture if tones.light else picture, tones, ink):
                return _without_rules(picture, tones, ink) if crosses(ink) else ink
    grey = 255 - picture if is_light_on_dark(picture) else picture
    return _ink_of(erase_rules(density_of(grey))[0], float(grey.mean()))


def _is_even(grey: np.ndarray, tones: Tones, ink: np.ndarray) -> bool:
    """Whether all that is neither paper nor ink lies beside ink, as the soft edge of a stroke does and a shade does not."""
    beside = ink >= STROKE
    for _ in range(max(1, round(SOFT * min(ink.shape)))):
        beside = grown(beside)
    stray = (tones.paper - tones.dark) * STRAY
    off = np.abs(grey - np.float32(tones.paper)) > stray
    return np.count_nonzero(off & ~beside) <= FEW * np.count_nonzero(~beside)


def _without_rules(picture: np.ndarray, tones: Tones, ink: np.ndarray) -> np.ndarray:
    """Ink on flat paper, less the rules printed on it; where there are none, the same."""
    density, count = erase_rules(density_of(255 - picture if tones.light else picture), least=2)
    return _ink_of(density, tones.paper) if count else ink


def _ink_of(density: np.ndarray, paper: float) -> np.ndarray:
    """Density -> ink, both uint8 (height, width). paper: its tone, on the whole."""
    floor, ink, threshold = _levels(density, paper)
    surroundings = find_surroundings(density > threshold)
    if surroundings.any():
        density = np.where(surroundings, 0, density)
        floor, ink, _ = _levels(density, paper)
    return look_up(density, strengths(255 - floor, 255 - ink)[::-1])


def _levels(density: np.ndarray, paper: float) -> tuple[int, int, int]:
    """Of a density, uint8 (height, width): where noise ends, the middle of a stroke, what parts ink from the rest."""
    histogram = histogram_of(density)
    bare = median_level(histogram)
    spread = max(1, bare - int(np.searchsorted(np.cumsum(histogram), 0.16 * density.size)))
    floor = bare + max(3, 3 * spread)
    above = histogram.copy()
    above[: max(floor, bare + FAINTEST // 2) + 1] = 0
    if above.sum() < max(8, LEAST * density.size):
        raise EmptyPicture("Expected ink on paper. Received a picture that is paper, light and shade alone.")
    threshold = otsu(above)
    ink = threshold + 1 + median_level(above[threshold + 1 :])
    if ink - bare < max(FAINTEST, 5 * spread, 255 * LEAST_LEVELS / max(paper, 1)):
        raise EmptyPicture("Expected ink on paper. Received a picture whose darkest marks hardly differ from its paper.")
    return floor, ink, threshold
