"""Flattening of pictures with transparency onto a background that contrasts with the drawing."""

import numpy as np
from PIL import Image

from inkling.imaging.grayscale import RGB_TO_GRAY, gray_array
from inkling.imaging.thresholding import MIN_CONTRAST, apply_lut

RGBA_TO_GRAY = np.append(RGB_TO_GRAY, np.float32(0))  # twice as fast as slicing off the alpha channel

MIN_SOLID_ALPHA = 191
"""Alpha above which a pixel belongs to a card or a stroke: the drop shadow of a window stays below."""

MIN_CARD_SHARE = 0.75
"""Minimum share of its bounding box that a card fills (a disc: 0.79), and of its border that is paper."""

STRAY_SHARE = 0.0001
"""Share of the darkest and of the lightest pixels ignored for the contrast of a card: less than a small digit in a window."""

ALPHA_UNIT = 1 << 24
"""Value of one alpha level in a pixel as a little-endian word; lower words are fully transparent, lower bits are the color."""

OPAQUE = 255 << 24


def flatten_alpha(picture: Image.Image) -> np.ndarray:
    """Flatten a picture with transparency into gray levels, uint8 (height, width).

    If the opaque part is a card with a drawing on it, transparent pixels get the level of its paper. If it is the strokes of a
    drawing, they get white or black, whichever contrasts with the strokes.
    """
    picture = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    words = np.frombuffer(picture.tobytes(), "<u4")  # a pixel each: alpha, blue, green, red from the highest byte
    common_bits, any_bits = int(np.bitwise_and.reduce(words)), int(np.bitwise_or.reduce(words))
    if common_bits >= OPAQUE:
        return gray_array(picture)
    color = any_bits & (ALPHA_UNIT - 1)
    rgba = words.view(np.uint8).reshape(picture.height, picture.width, 4)
    has_one_color = (common_bits ^ any_bits) & (ALPHA_UNIT - 1) == 0
    if has_one_color or ((words & (ALPHA_UNIT - 1) == color) | (words < ALPHA_UNIT)).all():
        return _flatten_one_color(rgba[..., 3], color)
    gray: np.ndarray = rgba @ RGBA_TO_GRAY
    is_solid = rgba[..., 3] > MIN_SOLID_ALPHA
    paper_level = _card_paper_level(gray, is_solid)
    if paper_level is not None:
        return np.where(is_solid, gray + 0.5, paper_level).astype(np.uint8)  # drops the card's shadow
    alpha = rgba[..., 3].astype(np.float32) / 255
    total = alpha.sum()
    mean_level = (gray * alpha).sum() / total if total else 0.0
    background = 255.0 if mean_level < 128 else 0.0
    flat: np.ndarray = (gray * alpha + background * (1 - alpha) + 0.5).astype(np.uint8)
    return flat


def _flatten_one_color(alpha: np.ndarray, color: int) -> np.ndarray:
    """Flatten strokes of one color, 0xBBGGRR, with an alpha channel, uint8 (height, width), into gray levels of that shape."""
    if color == 0:  # black on white, as in nearly every canvas: the same as the lookup below
        return ~alpha
    level = np.float32(RGB_TO_GRAY @ np.array([color & 255, color >> 8 & 255, color >> 16], np.float32))
    background = np.float32(255 if level < 128 else 0)
    share = np.arange(256, dtype=np.float32) / np.float32(255)
    lut = (level * share + background * (1 - share) + np.float32(0.5)).astype(np.uint8)
    return apply_lut(alpha, lut)


def _card_paper_level(gray: np.ndarray, is_solid: np.ndarray) -> int | None:
    """The paper's level, 0..255, if the solid pixels are a card with a drawing on it; None if they are the drawing.

    A card fills its bounding box, has contrast, and is paper all along its border. Strokes leave their box open, except for an
    upright one, which has one level, an outline, or a gradient from end to end. gray: float32, is_solid: bool, both
    (height, width).
    """
    rows, columns = np.flatnonzero(is_solid.any(1)), np.flatnonzero(is_solid.any(0))
    if not rows.size:
        return None
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    gray, is_solid = gray[box], is_solid[box]
    if np.count_nonzero(is_solid) < MIN_CARD_SHARE * is_solid.size:
        return None
    cumulative = np.cumsum(np.bincount((gray[is_solid] + 0.5).astype(np.uint8), minlength=256))
    darkest, paper, lightest = (
        int(np.searchsorted(cumulative, share * cumulative[-1])) for share in (STRAY_SHARE, 0.5, 1 - STRAY_SHARE)
    )
    if lightest - darkest < MIN_CONTRAST:
        return None
    border = np.concatenate([gray[edge][is_solid[edge]] for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1])])
    is_paper = np.abs(border - paper) < (lightest - darkest) / 4
    return paper if is_paper.mean() >= MIN_CARD_SHARE else None
