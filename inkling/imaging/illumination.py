"""Density: how much of the paper's light is missing at each point, whatever light falls there."""

import numpy as np
from PIL import Image, ImageFilter

from inkling.imaging.morphology import PEN, closing
from inkling.imaging.thresholding import histogram_of, otsu

CLOSE_SIDE = 128
"""The mean of the paper round a pixel is taken from a picture reduced to about this …"""

CLOSE = 0.06
"""… as far as this share of its shorter side."""

NOISY = 2.5
"""Standard deviation of noise, in grey levels, from which on a picture is smoothed."""


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


def _noise(grey: np.ndarray) -> float:
    """Standard deviation of the noise in grey levels, as Immerkær 1996 estimates it, with the median for the mean."""
    middle = grey[::2].astype(np.int16)
    if len(middle) < 3 or grey.shape[1] < 3:
        return 0.0
    across = middle[:, :-2] - 2 * middle[:, 1:-1] + middle[:, 2:]
    rough = across[:-2] - 2 * across[1:-1] + across[2:]
    return float(np.median(np.abs(rough)) * 1.4826 / 6)
