"""Background normalization: removes the paper's tone and uneven light from a picture."""

import numpy as np
from PIL import Image, ImageFilter

from inkling.imaging.morphology import MAX_STROKE_WIDTH, closing
from inkling.imaging.thresholding import gray_histogram, threshold_otsu

WORKING_SIDE = 128
"""Longer side in pixels of the reduced picture in which the local mean of the paper is computed."""

LOCAL_RADIUS = 0.06
"""Radius of the local mean as a share of that picture's shorter side."""

MAX_NOISE = 2.5
"""Standard deviation of noise, in gray levels, above which a picture is smoothed."""


def normalize_background(gray: np.ndarray) -> np.ndarray:
    """The density of dark ink: the share of the paper's light that is missing at each pixel, uint8 (height, width).

    gray: uint8 (height, width), dark ink on a light background. Returns 0 = paper in any light, 255 = black. The background
    is estimated by a closing and, where that reaches across strokes into brighter light, by the local mean of the paper.
    """
    if _estimate_noise(gray) > MAX_NOISE:
        gray = np.asarray(Image.fromarray(gray).filter(ImageFilter.BoxBlur(1)))
    side = int(MAX_STROKE_WIDTH * min(gray.shape)) // 2 * 2 + 1
    background = closing(gray, side, side)
    density = _density(gray, background)
    return _density(gray, np.minimum(background, _local_background(gray, density)))


def _density(gray: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Missing share of the background's light, uint8 (height, width), 255 = all of it."""
    remaining = gray * (255 / np.maximum(background, 1).astype(np.float32))
    density: np.ndarray = np.maximum(255.5 - remaining, 0).astype(np.uint8)
    return density


def _local_background(gray: np.ndarray, density: np.ndarray) -> np.ndarray:
    """The mean of the pixels without ink around each pixel, uint8 (height, width); 255 where there are none.

    Summed and divided in a reduced picture (normalized convolution, Knutsson and Westin 1993).
    """
    is_paper = density <= max(8, threshold_otsu(gray_histogram(density)) // 2)
    factor = -(-max(gray.shape) // WORKING_SIDE)
    height, width = (-(-side // factor) for side in gray.shape)
    levels = np.zeros((2, height * factor, width * factor), np.float32)  # paper levels, weights
    levels[0, : gray.shape[0], : gray.shape[1]] = np.where(is_paper, gray, 0)
    levels[1, : gray.shape[0], : gray.shape[1]] = is_paper
    sums = levels.reshape(2, height, factor, width, factor).sum((2, 4))  # -> (2, height, width)
    radius = max(1, round(LOCAL_RADIUS * min(height, width)))
    window = 2 * radius + 1
    for axis in (1, 2):
        padding = [(0, 0)] * 3
        padding[axis] = (radius + 1, radius)
        cumulative = np.cumsum(np.pad(sums, padding), axis)
        if axis == 1:
            sums = cumulative[:, window:] - cumulative[:, :-window]
        else:
            sums = cumulative[:, :, window:] - cumulative[:, :, :-window]
    mean = np.where(sums[1] > 0.5, sums[0] / np.maximum(sums[1], 0.5), 255)
    small = Image.fromarray((np.clip(mean, 0, 254) + 0.5).astype(np.uint8))
    full_size = np.asarray(small.resize((width * factor, height * factor), Image.Resampling.BILINEAR))
    return full_size[: gray.shape[0], : gray.shape[1]]


def _estimate_noise(gray: np.ndarray) -> float:
    """Standard deviation of the noise in gray levels, after Immerkær 1996, with the median in place of the mean."""
    every_second_row = gray[::2].astype(np.int16)
    if len(every_second_row) < 3 or gray.shape[1] < 3:
        return 0.0
    across = every_second_row[:, :-2] - 2 * every_second_row[:, 1:-1] + every_second_row[:, 2:]
    laplacian = across[:-2] - 2 * across[1:-1] + across[2:]
    return float(np.median(np.abs(laplacian)) * 1.4826 / 6)
