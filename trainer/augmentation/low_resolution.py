"""Low resolution: pictures of digits that are 8 to 24 pixels high, as small scans, thumbnails and coarse canvases show them."""

import numpy as np
from PIL import Image, ImageFilter

from inkling.errors import EmptyPicture
from inkling.imaging.normalization import IMAGE_SIDE, normalize

SIDES = 8, 24
"""Range of the glyph's longer side in pixels."""

MIN_PEN = 0.9
"""Minimum pen width in pixels of the small picture: a stroke that is thinner would have gaps."""

MARGINS = 0, 3
"""Range of the margin around the glyph in pixels of the small picture."""

THRESHOLDS = 90, 170
"""Range of the gray levels from which a bilevel picture is black."""

FACTORS = 2, 6
"""Range of the factors by which small pictures are enlarged."""

MAX_BLUR = 1.0
"""Maximum standard deviation in pixels of the small picture by which it is blurred."""

SHRINKING = (Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.NEAREST)
ENLARGING = (Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)


def random_side(rng: np.random.Generator) -> int:
    """Draw the longer side of a small glyph in pixels."""
    return int(rng.integers(SIDES[0], SIDES[1] + 1))


def reduce_resolution(ink: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
    """Shrink ink, uint8 (height, width), 0 = paper, so that its glyph's longer side has `side` pixels: uint8 (rows, columns).

    The result has a random margin. A quarter each is left as it is, reduced to two levels, enlarged again, or blurred.
    Raises EmptyPicture if there is no ink.
    """
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not rows.size:
        raise EmptyPicture("The picture has no ink.")
    glyph = Image.fromarray(np.ascontiguousarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]))
    scale = side / max(glyph.size)
    size = max(1, round(glyph.width * scale)), max(1, round(glyph.height * scale))
    small = glyph.resize(size, SHRINKING[rng.integers(len(SHRINKING))])
    margin = int(rng.integers(MARGINS[0], MARGINS[1] + 1))
    picture = Image.new("L", (small.width + 2 * margin, small.height + 2 * margin))
    picture.paste(small, (margin, margin))
    match rng.integers(4):
        case 1:
            threshold = int(rng.integers(THRESHOLDS[0], THRESHOLDS[1] + 1))
            picture = picture.point([255 * (level >= threshold) for level in range(256)])
        case 2:
            factor = int(rng.integers(FACTORS[0], FACTORS[1] + 1))
            enlarged = picture.width * factor, picture.height * factor
            picture = picture.resize(enlarged, ENLARGING[rng.integers(len(ENLARGING))])
        case 3:
            picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, MAX_BLUR)))
    return np.asarray(picture)


def render_low_resolution_variants(images: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Render a variant at low resolution of a random share of images, uint8 (n, 28, 28).

    Returns the variants, uint8 (m, 28, 28), and the index of the image of each, int64 (m,), in ascending order.
    """
    chosen = np.flatnonzero(np.random.default_rng(seed).random(len(images)) < share)
    variants, positions = [], []
    for position in chosen.tolist():
        rng = np.random.default_rng([seed, position])
        try:
            variants.append(normalize(reduce_resolution(images[position], random_side(rng), rng)))
        except EmptyPicture:  # nothing is left at that resolution
            continue
        positions.append(position)
    return np.array(variants, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE), np.array(positions, np.int64)
