"""Affine variants of drawings: a stand-in for drawings that were not trained on, where all were."""

import numpy as np
from PIL import Image

from inkling.errors import EmptyPicture
from inkling.imaging.normalization import IMAGE_SIDE, fit_canvas

PER_DRAWING = 20
MAX_ROTATION, MAX_SHEAR, MAX_STRETCH = 0.2, 0.2, 0.15
"""In radians; as the tangent of the slant; and relative to the size: about how much one person's drawings of a sign differ."""


def draw_variants(images: np.ndarray, seed: int = 0) -> np.ndarray:
    """Rotate, slant and stretch each image, uint8 (n, 28, 28), at random and normalize it again: uint8 (m, 28, 28).

    m is at most n × PER_DRAWING. The same seed yields the same variants.
    """
    rng = np.random.default_rng(seed)
    variants = []
    for image in images:
        for rotation, shear, stretch in rng.uniform(-1, 1, (PER_DRAWING, 3)) * (MAX_ROTATION, MAX_SHEAR, MAX_STRETCH):
            try:
                variants.append(_deform(image, rotation, shear, stretch))
            except EmptyPicture:
                continue
    return np.array(variants, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def _deform(image: np.ndarray, rotation: float, shear: float, stretch: float) -> np.ndarray:
    """One variant, uint8 (28, 28). Raises EmptyPicture if nothing is left."""
    turn = np.array([[np.cos(rotation), -np.sin(rotation)], [np.sin(rotation), np.cos(rotation)]])
    inverse = turn @ np.array([[1 + stretch, shear], [0, 1 - stretch]])
    middle = np.full(2, (IMAGE_SIDE - 1) / 2)
    offset = middle - inverse @ middle
    coefficients = (*inverse[0], offset[0], *inverse[1], offset[1])
    pixels = Image.fromarray(image).transform(image.shape, Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR)
    ink = np.asarray(pixels)
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not rows.size:
        raise EmptyPicture("The variant is blank.")
    return fit_canvas(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
