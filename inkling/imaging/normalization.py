"""Normalization: picture -> image. Extracts the glyph, scales it to fit 20×20 and centers it by mass in 28×28.

The method is that of MNIST (LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document recognition",
section III-A).
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from inkling.errors import EmptyPicture, InvalidInput
from inkling.imaging.foreground import extract_foreground
from inkling.imaging.glyph_extraction import SOLID_LEVEL, extract_glyph
from inkling.imaging.multiple_glyphs import has_multiple_glyphs, mask_has_multiple_glyphs
from inkling.imaging.thresholding import MIN_CONTRAST

NORMALIZATION_VERSION = 5
"""Increase with every change that alters the image of any picture: models name the version they were trained with."""

IMAGE_SIDE = 28
GLYPH_SIDE = 20

SMALL_GLYPH_SIDE = 17
"""A glyph with at most this longer side in pixels is blurred after it was enlarged: its strokes are coarser and sharper than
those of MNIST, which were drawn larger and reduced. MNIST's own glyphs, which have 20 pixels, would lose by it."""

SMOOTHING = 0.7
"""Standard deviation of that blur in pixels of the image."""

CENTER_OF_MASS = 14
"""Pixel index of the center of mass in MNIST's images: 14.0 on average, within half a pixel in each."""

BATCH_IMAGES = 500
"""Images checked at a time: 1.6 MB as float32, which fits into a core's cache."""

POSITIONS = np.arange(IMAGE_SIDE, dtype=np.float32)
PROFILES = np.hstack(
    [np.kron(np.eye(IMAGE_SIDE), np.ones((IMAGE_SIDE, 1))), np.kron(np.ones((IMAGE_SIDE, 1)), np.eye(IMAGE_SIDE))]
)
PROFILES = PROFILES.astype(np.float32)  # (784, 56): a flat image times this is its row sums, then its column sums


@dataclass(frozen=True)
class NormalizationTrace:
    """All intermediate results of a normalization; arrays are uint8.

    picture: (height, width), the input. ink: the same shape, 0 = paper, 255 = ink. glyph: the selected ink in its bounding
    box; corner: (left, top) of that box in the picture; scaled: the glyph, its longer side scaled to 20. These three are None
    if the picture is already an image. image: (28, 28). multiple: whether the glyph is probably several characters.
    """

    picture: np.ndarray
    ink: np.ndarray
    glyph: np.ndarray | None
    corner: tuple[int, int] | None
    scaled: np.ndarray | None
    image: np.ndarray
    multiple: bool


def normalize(picture: np.ndarray) -> np.ndarray:
    """Normalize a picture, uint8 (height, width), of any size and polarity: an image, uint8 (28, 28), 0 = paper, 255 = ink.

    A picture that is already an image is returned unchanged, so normalize(normalize(p)) == normalize(p). Polarity does not
    matter: normalize(255 - p) == normalize(p), except in exact ties: as many dark as light pixels on the border and in
    total, or two equally good thresholds.
    Raises EmptyPicture if there is no ink, InvalidInput for another dtype or shape.
    """
    return normalize_traced(picture).image


def normalize_traced(picture: np.ndarray) -> NormalizationTrace:
    """Normalize a picture like `normalize` and return all intermediate results."""
    if picture.ndim != 2 or picture.dtype != np.uint8 or 0 in picture.shape:
        raise InvalidInput(f"Expected gray levels as uint8 (height, width), got {picture.dtype} {picture.shape}.")
    if picture.shape == (IMAGE_SIDE, IMAGE_SIDE):
        for image in (picture, 255 - picture):
            if is_normalized(image[None])[0]:
                multiple = mask_has_multiple_glyphs(image >= SOLID_LEVEL)
                return NormalizationTrace(picture, image, None, None, None, image, multiple)
    ink = extract_foreground(picture)
    glyph = extract_glyph(ink)
    scaled = _scale(glyph.ink)
    multiple = has_multiple_glyphs(glyph.boxes)
    return NormalizationTrace(picture, ink, glyph.ink, glyph.corner, scaled, _center(scaled), multiple)


def normalize_batch(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normalize pictures of equal size, uint8 (n, height, width).

    Returns the images, uint8 (m, 28, 28), and the positions of their pictures, int (m,); pictures without ink are left out.
    Pictures that are already images take a few microseconds each. All of MNIST's 70,000 are, except number 19841 of the
    training set, whose center of mass is off by 0.52 pixels.
    """
    ready = is_normalized(pictures)
    images = np.zeros((len(pictures), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    images[ready] = pictures[ready] if ready.any() else 0
    has_ink = ready.copy()
    for position in np.flatnonzero(~ready):
        try:
            images[position] = normalize(pictures[position])
            has_ink[position] = True
        except EmptyPicture:
            continue
    return images[has_ink], np.flatnonzero(has_ink)


def is_normalized(pictures: np.ndarray) -> np.ndarray:
    """Which pictures, uint8 (n, height, width), could be output of `normalize`: bool (n,).

    These are 28×28, their ink on a background of exactly 0 spans 20 pixels (or 19, if an outermost row has faded), and their
    center of mass is at 14 in both directions, unless the border kept the ink from getting there.
    """
    count = len(pictures)
    if pictures.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        return np.zeros(count, bool)
    if count > BATCH_IMAGES:
        batches = (pictures[start : start + BATCH_IMAGES] for start in range(0, count, BATCH_IMAGES))
        return np.concatenate([is_normalized(batch) for batch in batches])
    flat = pictures.reshape(count, IMAGE_SIDE**2)
    # one product for all sums, as call overhead dominates for one image; exact, as all are integers below 2**24
    profiles = (flat.astype(np.float32) @ PROFILES).reshape(count, 2, IMAGE_SIDE)  # (n, 784) @ (784, 56) -> (n, 2, 28)
    has_ink = profiles > 0
    first, end = has_ink.argmax(2), IMAGE_SIDE - has_ink[:, :, ::-1].argmax(2)  # (n, 2)
    longest = (end - first).max(1)
    center = profiles @ POSITIONS / np.maximum(np.add.reduce(profiles, 2), 1)
    is_centered = np.abs(center - CENTER_OF_MASS) <= 0.51
    if not is_centered.all():
        is_centered |= (first == 0) & (center > CENTER_OF_MASS)  # stopped by the border
        is_centered |= (end == IMAGE_SIDE) & (center < CENTER_OF_MASS)
    is_scaled = (longest == GLYPH_SIDE) | (longest == GLYPH_SIDE - 1)
    normalized: np.ndarray = is_scaled & is_centered.all(1) & (flat.max(1) >= 2 * MIN_CONTRAST)
    return normalized


def fit_canvas(ink: np.ndarray) -> np.ndarray:
    """Scale and center ink that fills its box, uint8 (height, width): an image, uint8 (28, 28).

    Raises EmptyPicture if nothing is left at that size.
    """
    return _center(_scale(ink))


def _scale(ink: np.ndarray) -> np.ndarray:
    """Scale ink, uint8 (height, width), so that its longer side is 20 and its maximum 255: uint8 (rows, columns).

    A small glyph is blurred within that size.
    """
    height, width = ink.shape
    margin = 1 if max(height, width) <= SMALL_GLYPH_SIDE else 0
    scale = (GLYPH_SIDE - 2 * margin) / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    source = Image.fromarray(np.ascontiguousarray(ink))
    resampling = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BILINEAR
    resized = source.resize(size, resampling, reducing_gap=2.0)
    if margin:
        resized = ImageOps.expand(resized, margin).filter(ImageFilter.GaussianBlur(SMOOTHING))
    scaled = np.asarray(resized, np.float32)
    maximum = scaled.max()
    if not maximum:  # a few pixels far apart
        raise EmptyPicture("The picture is blank at 28×28 pixels: its strokes are too thin or too far apart.")
    normalized: np.ndarray = (scaled * (255 / maximum) + 0.5).astype(np.uint8)
    return normalized


def _center(ink: np.ndarray) -> np.ndarray:
    """Place ink of at most 20×20 in an image, its center of mass at pixel 14 as far as the ink stays inside."""
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    total = ink.sum(dtype=np.float64)
    corner = []
    for axis, extent in enumerate(ink.shape):
        center = (ink.sum(1 - axis, dtype=np.float64) * np.arange(extent)).sum() / total
        corner.append(int(np.clip(np.floor(CENTER_OF_MASS - center + 0.5), 0, IMAGE_SIDE - extent)))
    top, left = corner
    image[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return image
