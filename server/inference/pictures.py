"""Picture bytes -> picture: what a client sends, any size and mode, as grey levels."""

import io
import warnings

import numpy as np
from PIL import Image, ImageOps

from server.inference.errors import BadPicture, InklingError, TooLarge, UnsupportedPicture
from server.inference.limits import Limits

FORMATS = ("PNG", "JPEG", "WEBP")
WORKING_SIDE = 512
"""Pictures are reduced by whole factors while their longer side stays at least this many pixels: an image has 28."""

GREY_FROM_RGB = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601 luma, as Pillow's "L"

warnings.simplefilter("error", Image.DecompressionBombWarning)  # once, as to change filters while threads decode is unsafe


def decode(data: bytes, limits: Limits) -> np.ndarray:
    """Decode a PNG, JPEG or WebP into grey levels, uint8 (height, width), upright.

    The EXIF rotation is applied; 16-bit levels are scaled to 8; a transparent ground is filled with the tone that
    contrasts with what is drawn on it; of an animation the first frame counts. Large pictures come back reduced.

    Raises UnsupportedPicture, BadPicture or TooLarge.
    """
    picture = _open(data, limits)
    _check_size(picture, limits)
    picture.draft("RGB", (WORKING_SIDE, WORKING_SIDE))  # a JPEG can be decoded at 1/2, 1/4 or 1/8; others ignore it
    try:
        picture.load()
        picture = _upright(_eight_bit(picture))
        factor = max(picture.size) // WORKING_SIDE
        if factor > 1:
            picture = picture.convert("RGBA" if picture.has_transparency_data else "L").reduce(factor)
        return _grey(picture)
    except InklingError:
        raise
    except Exception as error:  # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, zlib.error, …
        raise BadPicture(f"Expected a whole {picture.format} picture. Received one that breaks off or is damaged.") from error


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
    except Exception as error:
        raise UnsupportedPicture(f"Expected a PNG, JPEG or WebP. Received {len(data)} bytes that are none.") from error


def _check_size(picture: Image.Image, limits: Limits) -> None:
    width, height = picture.size
    if width * height > limits.max_picture_pixels or max(width, height) > limits.max_picture_side:
        raise TooLarge(
            f"Expected a picture of at most {limits.max_picture_pixels:,} pixels and {limits.max_picture_side:,} a side. "
            f"Received {width}×{height}."
        )


def _eight_bit(picture: Image.Image) -> Image.Image:
    """16-bit and 32-bit grey -> 8-bit, full range; other modes stay."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    levels = np.asarray(picture, np.float32)  # (h, w), 0..65535
    eight = Image.fromarray((np.clip(levels, 0, 65535) / 257 + 0.5).astype(np.uint8))
    eight.info = picture.info
    return eight


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as its EXIF or XMP says. Most drawings have neither, and to look into none takes as long as to decode one."""
    told = picture.format != "PNG" or any("exif" in key.lower() or "xmp" in key.lower() for key in picture.info)
    return ImageOps.exif_transpose(picture) if told else picture


def _grey(picture: Image.Image) -> np.ndarray:
    if not picture.has_transparency_data:
        return np.array(picture if picture.mode == "L" else picture.convert("L"))
    with_alpha = picture.convert("RGBA")
    if with_alpha.getchannel("A").getextrema() == (255, 255):
        return np.array(picture.convert("L"))
    rgba = np.asarray(with_alpha)  # (h, w, 4)
    opacity = rgba[..., 3].astype(np.float32) / 255
    grey = rgba[..., :3] @ GREY_FROM_RGB
    visible = opacity.sum()
    drawn = (grey * opacity).sum() / visible if visible else 0.0
    ground = 255.0 if drawn < 128 else 0.0
    return (grey * opacity + ground * (1 - opacity) + 0.5).astype(np.uint8)
