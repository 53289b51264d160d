"""Drawings: one seven, as pictures of every kind."""

import base64
import io

import numpy as np
from PIL import Image

from inkling.imaging.strokes import rasterize
from inkling.models.smoke_test import SMOKE_STROKES

EXIF_ORIENTATION = 0x0112


def seven() -> np.ndarray:
    """A seven in black on white, uint8 (height, width)."""
    return rasterize(SMOKE_STROKES)


def encoded(picture: Image.Image | np.ndarray, form: str = "PNG", **options: object) -> bytes:
    """The bytes of a picture file."""
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def base64_of(data: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(data).decode()


def canvas(ink: int) -> Image.Image:
    """The seven as a browser's canvas gives it: ink of one grey on a transparent ground."""
    opacity = 255 - seven()
    levels = np.full(opacity.shape, ink, np.uint8)
    return Image.fromarray(np.dstack([levels, levels, levels, opacity]), "RGBA")


def with_alpha(ink: int) -> Image.Image:
    """The same as LA."""
    opacity = 255 - seven()
    return Image.fromarray(np.dstack([np.full(opacity.shape, ink, np.uint8), opacity]), "LA")


def palette_with_transparency() -> Image.Image:
    """Two colours, of which one, the ground, is transparent."""
    picture = Image.fromarray((seven() < 128).astype(np.uint8), "P")
    picture.putpalette([255, 0, 255, 20, 20, 20])
    picture.info["transparency"] = 0
    return picture


def rotated_jpeg() -> bytes:
    """A JPEG that lies on its side, and says so in its EXIF."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6  # turn by 90° clockwise to see it upright
    return encoded(Image.fromarray(seven()).transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif)


def sixteen_bit(picture: np.ndarray) -> Image.Image:
    """The picture with 16 bits a pixel."""
    return Image.fromarray(picture.astype(np.uint16) * 257)


def same_drawings() -> dict[str, bytes]:
    """Name -> a file that shows the same seven."""
    black = seven()
    plain = Image.fromarray(black)
    return {
        "grey PNG": encoded(black),
        "light on dark": encoded(255 - black),
        "RGB": encoded(plain.convert("RGB")),
        "RGBA": encoded(plain.convert("RGBA")),
        "canvas, black ink": encoded(canvas(0)),
        "canvas, white ink": encoded(canvas(255)),
        "LA, black ink": encoded(with_alpha(0)),
        "LA, white ink": encoded(with_alpha(255)),
        "1-bit": encoded(plain.point(lambda level: 255 * (level > 127)).convert("1")),
        "1-bit, light on dark": encoded(Image.fromarray(255 - black).point(lambda level: 255 * (level > 127)).convert("1")),
        "16-bit": encoded(sixteen_bit(black)),
        "16-bit, light on dark": encoded(sixteen_bit(255 - black)),
        "palette": encoded(plain.convert("RGB").quantize(16)),
        "palette with transparency": encoded(palette_with_transparency(), transparency=0),
        "JPEG": encoded(black, "JPEG", quality=95),
        "CMYK JPEG": encoded(plain.convert("CMYK"), "JPEG", quality=95),
        "EXIF-rotated JPEG": rotated_jpeg(),
        "WebP": encoded(black, "WEBP", lossless=True),
        "lossy WebP": encoded(plain.convert("RGB"), "WEBP", quality=90),
        "WebP canvas": encoded(canvas(0), "WEBP", lossless=True),
        "low contrast": encoded((black * 0.3 + 150).astype(np.uint8)),
        "twice the size": encoded(plain.resize((plain.width * 2, plain.height * 2), Image.Resampling.BICUBIC)),
    }
