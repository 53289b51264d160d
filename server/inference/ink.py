"""Ink: a picture of writing -> how dark the ink is at every pixel, whatever the paper, the light and the polarity."""

import numpy as np
from PIL import Image, ImageFilter

from server.inference.errors import EmptyPicture
from server.inference.paper import closing, opening
from server.inference.parts import grown
from server.inference.rules import crosses, erase_rules
from server.inference.surroundings import find_surroundings
from server.inference.tones import MIN_CONTRAST, Tones, histogram_of, look_up, median_level, otsu, strengths

SMALL = 32
"""A picture with a shorter side is a crop of one sign, of which ink may be most: its paper counts as flat."""

PEN = 0.25
"""Widest stroke as a share of the picture's shorter side. What is dark and wider is a shadow, or a table."""

POLARITY_SIDE = 160
"""Polarity is told from a picture reduced to about this."""

FAINTEST = 24
"""Density of 255 below which the middle of a stroke is no ink on uneven paper: a hard pencil leaves more, a shade less."""

LEAST_SPAN = 16
"""Levels that a picture spans at least to hold ink on uneven paper."""

LEAST_LEVELS = 8
"""Grey levels that it is darker than the paper at least: in the dark a share of the light is soon less than noise."""

LEAST = 0.0001
"""Share of the pixels that are ink, at least, where paper is uneven."""

SCALES = (3, 5, 7, 11, 15, 21, 29)
"""Widths, in pixels of that picture, at which light things are weighed against dark ones."""

CLOSE_SIDE = 128
"""The mean of the paper round a pixel is taken from a picture reduced to about this …"""

CLOSE = 0.06
"""… as far as this share of its shorter side."""

STROKE = 128
"""Ink from this level on is surely that of a stroke; its soft edge reaches …"""

SOFT = 0.04
"""… this share of the picture's shorter side, at most."""

STRAY, FEW = 0.15, 0.02
"""Of what is no stroke at most FEW are off the paper's tone by more than STRAY of the contrast, where paper is flat."""

NOISY = 2.5
"""Standard deviation of noise, in grey levels, from which on a picture is smoothed."""


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
            ink = np.full(picture.shape, tones.ink(picture[:1, :1])[0, 0])
            ink[box] = tones.ink(inner)
            if flat or _is_even(255 - picture if tones.light else picture, tones, ink):
                return _without_rules(picture, tones, ink) if crosses(ink) else ink
    grey = 255 - picture if _is_light_on_dark(picture) else picture
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


def density_of(grey: np.ndarray) -> np.ndarray:
    """The share of the paper's light that is missing at each pixel of dark writing on a light ground, uint8 (height, width).

    0 = paper in whatever light, 255 = black. The paper is what a closing makes of the picture, and, where that reaches across
    strokes into brighter light, the mean of the paper close by.
    """
    if _noise(grey) > NOISY:
        grey = np.asarray(Image.fromarray(grey).filter(ImageFilter.BoxBlur(1)))
    side = int(PEN * min(grey.shape)) // 2 * 2 + 1
    paper = closing(grey, side, side)
    density = _missing(grey, paper)
    return _missing(grey, np.minimum(paper, _paper_close_by(grey, density)))


def _missing(grey: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """The share of the paper's light that is missing, uint8 of 255."""
    share = grey * (255 / np.maximum(paper, 1).astype(np.float32))
    return np.maximum(255.5 - share, 0).astype(np.uint8)


def _paper_close_by(grey: np.ndarray, density: np.ndarray) -> np.ndarray:
    """The mean of what is no ink round each pixel, uint8 (height, width), 255 where there is none.

    Summed and divided in a reduced picture (normalised convolution, Knutsson and Westin 1993).
    """
    bare = density <= max(8, otsu(histogram_of(density)) // 2)
    factor = -(-max(grey.shape) // CLOSE_SIDE)
    height, width = (-(-side // factor) for side in grey.shape)
    levels = np.zeros((2, height * factor, width * factor), np.float32)
    levels[0, : grey.shape[0], : grey.shape[1]] = np.where(bare, grey, 0)
    levels[1, : grey.shape[0], : grey.shape[1]] = bare
    sums = levels.reshape(2, height, factor, width, factor).sum((2, 4))
    reach = max(1, round(CLOSE * min(height, width)))
    for axis in (1, 2):
        pads = [(0, 0)] * 3
        pads[axis] = (reach + 1, reach)
        upto = np.cumsum(np.pad(sums, pads), axis)
        span = 2 * reach + 1
        sums = upto[:, span:] - upto[:, :-span] if axis == 1 else upto[:, :, span:] - upto[:, :, :-span]
    mean = np.where(sums[1] > 0.5, sums[0] / np.maximum(sums[1], 0.5), 255)
    small = Image.fromarray((np.clip(mean, 0, 254) + 0.5).astype(np.uint8))
    return np.asarray(small.resize((width * factor, height * factor), Image.Resampling.BILINEAR))[
        : grey.shape[0], : grey.shape[1]
    ]


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


def _is_light_on_dark(picture: np.ndarray) -> bool:
    """Whether the narrow things of a picture are lighter than what is round them: the strokes are, the shadows do not count.

    Compares what openings take away with what closings do, from narrow to wide: a stroke goes before the paper that it
    encloses. All steps are whole numbers, so that inverting a picture inverts the answer; of a draw it is False.
    """
    factor = -(-max(picture.shape) // POLARITY_SIDE)
    height, width = (side // factor * factor for side in picture.shape)
    blocks = picture[:height, :width].reshape(height // factor, factor, width // factor, factor)
    small = blocks.sum((1, 3), dtype=np.int32)
    balance = 0.0
    for side in SCALES:
        if side <= PEN * min(small.shape):
            lighter, darker = small - opening(small, side, side), closing(small, side, side) - small
            balance += float((lighter.astype(np.float64) ** 2).sum() - (darker.astype(np.float64) ** 2).sum()) / side**2
    return balance > 0


def _noise(grey: np.ndarray) -> float:
    """Standard deviation of the noise in grey levels, by the Laplacian of a Laplacian (Immerkær 1996), its median for its mean."""
    middle = grey[::2].astype(np.int16)
    if len(middle) < 3 or grey.shape[1] < 3:
        return 0.0
    across = middle[:, :-2] - 2 * middle[:, 1:-1] + middle[:, 2:]
    rough = across[:-2] - 2 * across[1:-1] + across[2:]
    return float(np.median(np.abs(rough)) * 1.4826 / 6)
