"""Picture bytes -> picture: what a client sends, any size and mode, as grey levels."""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import ExifTags, Image

from inkling.errors import BadPicture, TooLarge, UnsupportedPicture
from inkling.imaging.thresholding import MIN_CONTRAST, look_up
from inkling.limits import Limits

FORMATS = ("PNG", "JPEG", "WEBP")
WORKING_SIDE = 512
"""Pictures are reduced by whole factors while their longer side stays at least this many pixels: an image has 28."""

BAND = 32
"""Rows of a reduced picture that are made at a time."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF's orientation -> what undoes it."""

ON_THEIR_SIDE = (TURNS[5], TURNS[6], TURNS[7], TURNS[8])
"""What makes width of height."""

SOLID = 191
"""Opacity above which a pixel is part of a card or a stroke: the shadow of a window stays below."""

CARD_FILL = 0.75
"""Share of its bounding box that a card fills, at least (a disc: 0.79), and of its rim that is paper."""

STRAY = 0.0001
"""Share of the darkest and of the lightest pixels that says nothing about contrast: less than a small digit in a window."""

GREY_FROM_RGB = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601 luma, as Pillow's "L"
GREY_FROM_RGBA = np.append(GREY_FROM_RGB, np.float32(0))  # twice as fast as cutting the opacity off

CLEAR = 1 << 24
"""A pixel as a little-endian word is below it if it is transparent; the bits below it are its colour."""

OPAQUE = 255 << 24

warnings.simplefilter("error", Image.DecompressionBombWarning)  # once, as to change filters while threads decode is unsafe


@dataclass(frozen=True)
class Sent:
    """A picture as it was sent, upright: its width and height in pixels; levels: uint8, it in grey, `factor` times smaller."""

    levels: np.ndarray
    factor: int
    width: int
    height: int

    @classmethod
    def of(cls, levels: np.ndarray) -> "Sent":
        """A picture, uint8 (height, width), that is as it was sent."""
        return cls(levels, 1, levels.shape[1], levels.shape[0])


def decode(data: bytes, limits: Limits) -> np.ndarray:
    """Decode a PNG, JPEG or WebP into grey levels, uint8 (height, width), as `decode_sent` does."""
    return decode_sent(data, limits).levels


def decode_sent(data: bytes, limits: Limits, side: int = WORKING_SIDE) -> Sent:
    """Decode a PNG, JPEG or WebP into grey levels, upright.

    The rotation that EXIF or XMP tells is applied; 16-bit levels are scaled to 8; of an animation the first frame counts.
    What is transparent is filled with the paper of the card that is drawn on, or, where strokes lie on nothing, with the
    tone that contrasts with them. Pictures whose longer side is at least twice `side` come back reduced by a whole factor.

    Raises UnsupportedPicture, BadPicture or TooLarge.
    """
    picture = _open(data, limits)
    _check_size(picture, limits)
    kind, size = picture.format, picture.size
    picture.draft("RGB", (side, side))  # a JPEG can be decoded at 1/2, 1/4 or 1/8; others ignore it
    try:
        picture.load()
        turn = _turn(picture)
        factor = max(1, max(picture.size) // side)
        drafted = round(max(size) / max(picture.size))
        picture = _reduce(picture, factor)
        levels = _grey(picture if turn is None else picture.transpose(turn))
        return Sent(levels, drafted * factor, *(size[::-1] if turn in ON_THEIR_SIDE else size))
    except MemoryError:  # ours, not the picture's
        raise
    except Exception as error:  # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, zlib.error, …
        raise BadPicture(f"Expected a whole {kind} picture. Received one that breaks off or is damaged.") from error


def dimensions(data: bytes, limits: Limits) -> tuple[int, int]:
    """Height and width of a PNG, JPEG or WebP, from its header. Raises as `decode`."""
    picture = _open(data, limits)
    _check_size(picture, limits)
    return picture.height, picture.width


def _open(data: bytes, limits: Limits) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        most = limits.max_picture_pixels
        raise TooLarge(f"Expected a picture of at most {most:,} pixels. Received one that unpacks to far more.") from error
    except MemoryError:
        raise
    except Exception as error:
        raise UnsupportedPicture(f"Expected a PNG, JPEG or WebP. Received {len(data)} bytes that are none.") from error


def _check_size(picture: Image.Image, limits: Limits) -> None:
    width, height = picture.size
    if width * height > limits.max_picture_pixels or max(width, height) > limits.max_picture_side:
        raise TooLarge(
            f"Expected a picture of at most {limits.max_picture_pixels:,} pixels and {limits.max_picture_side:,} a side. "
            f"Received {width}×{height}."
        )


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """How to turn the picture upright, as its EXIF or XMP says. Where that is damaged the pixels still count, as they lie."""
    told = picture.format != "PNG" or any("exif" in key.lower() or "xmp" in key.lower() for key in picture.info)
    if not told:  # most drawings, and to look into no EXIF takes as long as to decode one
        return None
    try:
        return TURNS.get(picture.getexif().get(ExifTags.Base.Orientation))
    except MemoryError:
        raise
    except Exception:  # a dozen types: SyntaxError, struct.error, KeyError, …
        return None


def _reduce(picture: Image.Image, factor: int) -> Image.Image:
    """In 8 bits, and smaller by a whole factor.

    A large picture goes band by band: Pillow copies what it converts and reduces, and each copy of a whole one takes as
    much memory as the picture.
    """
    if factor < 2:
        return _eight_bit(picture)
    mode = "RGBA" if picture.has_transparency_data else "L"
    small = Image.new(mode, (-(-picture.width // factor), -(-picture.height // factor)))
    for top in range(0, picture.height, BAND * factor):
        band = picture.crop((0, top, picture.width, min(top + BAND * factor, picture.height)))
        small.paste(_eight_bit(band).convert(mode).reduce(factor), (0, top // factor))
    return small


def _eight_bit(picture: Image.Image) -> Image.Image:
    """16-bit and 32-bit grey -> 8-bit, full range; other modes stay."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    levels = np.asarray(picture, np.float32)  # (h, w), 0..65535
    eight = (np.clip(levels, 0, 65535) / 257 + 0.5).astype(np.uint8)
    clear = picture.info.get("transparency")  # the one level that stands for nothing
    if clear is None:
        return Image.fromarray(eight)
    return Image.fromarray(np.dstack([eight, np.where(levels == clear, 0, 255).astype(np.uint8)]), "LA")


def _grey(picture: Image.Image) -> np.ndarray:
    if not picture.has_transparency_data:
        return _levels(picture if picture.mode == "L" else picture.convert("L"))
    picture = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    words = np.frombuffer(picture.tobytes(), "<u4")  # a pixel each: opacity, blue, green, red from the highest byte
    common, any_bit = int(np.bitwise_and.reduce(words)), int(np.bitwise_or.reduce(words))
    if common >= OPAQUE:
        return _levels(picture.convert("L"))
    colour = any_bit & (CLEAR - 1)
    rgba = words.view(np.uint8).reshape(picture.height, picture.width, 4)
    if (common ^ any_bit) & (CLEAR - 1) == 0 or ((words & (CLEAR - 1) == colour) | (words < CLEAR)).all():
        return _one_colour(rgba[..., 3], colour)
    grey = rgba @ GREY_FROM_RGBA
    solid = rgba[..., 3] > SOLID
    paper = _card_paper(grey, solid)
    if paper is not None:
        return np.where(solid, grey + 0.5, paper).astype(np.uint8)  # its shadow is none of the drawing
    opacity = rgba[..., 3].astype(np.float32) / 255
    visible = opacity.sum()
    drawn = (grey * opacity).sum() / visible if visible else 0.0
    ground = 255.0 if drawn < 128 else 0.0
    return (grey * opacity + ground * (1 - opacity) + 0.5).astype(np.uint8)


def _levels(grey: Image.Image) -> np.ndarray:
    return np.frombuffer(grey.tobytes(), np.uint8).reshape(grey.height, grey.width)


def _one_colour(opacity: np.ndarray, colour: int) -> np.ndarray:
    """Strokes of one colour, 0xBBGGRR, on nothing, as grey levels in the shape of their opacity, uint8.

    What is of one colour all over can be no card.
    """
    if colour == 0:  # black on white, as nearly every canvas: what the table below would say
        return ~opacity
    tone = np.float32(GREY_FROM_RGB @ np.array([colour & 255, colour >> 8 & 255, colour >> 16], np.float32))
    ground = np.float32(255 if tone < 128 else 0)
    share = np.arange(256, dtype=np.float32) / np.float32(255)
    table = (tone * share + ground * (1 - share) + np.float32(0.5)).astype(np.uint8)
    return look_up(opacity, table)


def _card_paper(grey: np.ndarray, solid: np.ndarray) -> int | None:
    """The paper's tone, 0..255, where what is solid is a card that holds the drawing; None where it is the drawing.

    A card fills its bounding box, holds contrast, and is paper all round. Strokes leave their box open, but for an upright
    one; that is of one tone, or has an outline, or shades from end to end. grey: float32, solid: bool, both (h, w).
    """
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    if not rows.size:
        return None
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    grey, solid = grey[box], solid[box]
    if np.count_nonzero(solid) < CARD_FILL * solid.size:
        return None
    counts = np.cumsum(np.bincount((grey[solid] + 0.5).astype(np.uint8), minlength=256))
    darkest, paper, lightest = (int(np.searchsorted(counts, share * counts[-1])) for share in (STRAY, 0.5, 1 - STRAY))
    if lightest - darkest < MIN_CONTRAST:
        return None
    rim = np.concatenate([grey[edge][solid[edge]] for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1])])
    near = np.abs(rim - paper) < (lightest - darkest) / 4
    return paper if near.mean() >= CARD_FILL else None
