"""Picture -> image: finds the ink, scales it into 20×20 and centres it in 28×28 by its centre of mass.

The method is that of MNIST itself (LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document
recognition", section III-A). `ink` finds the ink on whatever paper, `sign` leaves out what is no writing.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from inkling.errors import BadInput, EmptyPicture
from inkling.imaging.foreground import find_ink
from inkling.imaging.glyph_extraction import SOLID_LEVEL, look_for_sign
from inkling.imaging.multiple_glyphs import are_apart, are_several
from inkling.imaging.thresholding import MIN_CONTRAST

NORMALISATION_VERSION = 3
"""Raise it with every change that gives any picture another image: models name the version they were fitted with."""

IMAGE_SIDE = 28
INK_SIDE = 20
CENTRE = 14
"""Pixel index of the centre of mass in MNIST's images: 14.0 on average, within half a pixel in every one of them."""

TOGETHER = 500
"""Pictures that are looked at in one go: as float32 they take 1.6 MB, which stays within a core's cache."""

POSITIONS = np.arange(IMAGE_SIDE, dtype=np.float32)
PROFILES = np.hstack(
    [np.kron(np.eye(IMAGE_SIDE), np.ones((IMAGE_SIDE, 1))), np.kron(np.ones((IMAGE_SIDE, 1)), np.eye(IMAGE_SIDE))]
)
PROFILES = PROFILES.astype(np.float32)  # (784, 56): an image times this is the sums of its rows, then of its columns


def normalise(picture: np.ndarray) -> np.ndarray:
    """Turn a picture, uint8 (height, width), of any size and polarity into an image, uint8 (28, 28), 0 = paper, 255 = ink.

    A picture that is an image already comes back as it is, so normalise(normalise(p)) == normalise(p).
    Polarity does not matter: normalise(255 - p) == normalise(p), but where the picture is an exact draw: as many dark as
    light pixels, at its edge and in all, or two partings of its levels that are equally good.
    Raises EmptyPicture where there is no ink.
    """
    return look(picture).image


@dataclass(frozen=True)
class Look:
    """A picture on its way to its image, each step as it was taken; all but the corner and the last are uint8.

    picture: (height, width), as it came. ink: of the picture, in the same shape. sign: the ink in its box, all that is no
    writing left out; corner: the box's (left, top) in the picture; scaled: the sign within 20×20. These three are None where
    the picture is an image already. image: (28, 28). several: whether the picture seems to hold several signs.
    """

    picture: np.ndarray
    ink: np.ndarray
    sign: np.ndarray | None
    corner: tuple[int, int] | None
    scaled: np.ndarray | None
    image: np.ndarray
    several: bool


def look(picture: np.ndarray) -> Look:
    """What `normalise` does with a picture, uint8 (height, width), step by step. Raises EmptyPicture."""
    if picture.ndim != 2 or picture.dtype != np.uint8 or 0 in picture.shape:
        raise BadInput(f"Expected uint8 (height, width). Received {picture.dtype} {picture.shape}.")
    if picture.shape == (IMAGE_SIDE, IMAGE_SIDE):
        for image in (picture, 255 - picture):
            if is_image(image[None])[0]:
                return Look(picture, image, None, None, None, image, are_apart(image >= SOLID_LEVEL))
    ink = find_ink(picture)
    sign = look_for_sign(ink)
    scaled = _scale(sign.ink)
    return Look(picture, ink, sign.ink, sign.corner, scaled, _centre(scaled), are_several(sign.boxes))


def normalise_all(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normalise equally sized pictures, uint8 (n, height, width).

    Returns the images, uint8 (m, 28, 28), and the positions, int (m,), of the pictures they came from: pictures without
    ink are left out. Pictures that are images already cost a few microseconds each; all of MNIST's 70,000 are but
    one, number 19841 of the training set, which lies 0.52 pixels off its centre.
    """
    ready = is_image(pictures)
    images = np.zeros((len(pictures), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    images[ready] = pictures[ready] if ready.any() else 0
    kept = ready.copy()
    for position in np.flatnonzero(~ready):
        try:
            images[position] = normalise(pictures[position])
            kept[position] = True
        except EmptyPicture:
            continue
    return images[kept], np.flatnonzero(kept)


def is_image(pictures: np.ndarray) -> np.ndarray:
    """Which of the pictures, uint8 (n, height, width), are what `normalise` makes: bool (n,).

    Those of 28×28 whose ink, on a ground of exactly 0, spans 20 pixels (or 19, where an outermost row has faded) and has
    its centre of mass at 14 in both directions, unless the frame stopped it on its way there.
    """
    count = len(pictures)
    if pictures.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        return np.zeros(count, bool)
    if count > TOGETHER:
        return np.concatenate([is_image(pictures[start : start + TOGETHER]) for start in range(0, count, TOGETHER)])
    flat = pictures.reshape(count, IMAGE_SIDE**2)
    # one product for all sums, as one image is mostly calls: (n, 784) @ (784, 56) -> (n, 2, 28), of whole numbers below 2**24
    profiles = (flat.astype(np.float32) @ PROFILES).reshape(count, 2, IMAGE_SIDE)
    inked = profiles > 0
    first, beyond = inked.argmax(2), IMAGE_SIDE - inked[:, :, ::-1].argmax(2)  # (n, 2)
    longest = (beyond - first).max(1)
    centre = profiles @ POSITIONS / np.maximum(np.add.reduce(profiles, 2), 1)
    centred = np.abs(centre - CENTRE) <= 0.51
    if not centred.all():
        centred |= ((first == 0) & (centre > CENTRE)) | ((beyond == IMAGE_SIDE) & (centre < CENTRE))  # the frame stopped it
    fits = (longest == INK_SIDE) | (longest == INK_SIDE - 1)
    return fits & centred.all(1) & (flat.max(1) >= 2 * MIN_CONTRAST)


def to_image(ink: np.ndarray) -> np.ndarray:
    """Ink that fills its box, uint8 (height, width), as an image, uint8 (28, 28). Raises EmptyPicture where it vanishes."""
    return _centre(_scale(ink))


def _scale(ink: np.ndarray) -> np.ndarray:
    """Ink that fills its box, uint8 (height, width) -> the same with the longer side scaled to 20, uint8 (rows, columns)."""
    height, width = ink.shape
    scale = INK_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    box = Image.fromarray(np.ascontiguousarray(ink))
    smooth = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BILINEAR
    scaled = np.asarray(box.resize(size, smooth, reducing_gap=2.0), np.float32)
    darkest = scaled.max()
    if not darkest:  # a few pixels far apart
        raise EmptyPicture("Expected ink on paper. Received a picture whose marks vanish at the size of an image.")
    return (scaled * (255 / darkest) + 0.5).astype(np.uint8)


def _centre(ink: np.ndarray) -> np.ndarray:
    """Ink of at most 20×20 -> an image whose centre of mass is at pixel 14, as far as the ink stays inside."""
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    total = ink.sum(dtype=np.float64)
    corner = []
    for axis, extent in enumerate(ink.shape):
        centre = (ink.sum(1 - axis, dtype=np.float64) * np.arange(extent)).sum() / total
        corner.append(int(np.clip(np.floor(CENTRE - centre + 0.5), 0, IMAGE_SIDE - extent)))
    top, left = corner
    image[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return image
