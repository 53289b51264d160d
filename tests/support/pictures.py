"""One drawing of a seven in pictures of many formats and modes."""

import base64
import io

import numpy as np
from PIL import Image

from inkling.imaging.strokes import rasterize
from inkling.models.smoke_test import SMOKE_STROKES

EXIF_ORIENTATION = 0x0112


def draw_seven() -> np.ndarray:
    """A seven in black on white, uint8 (height, width)."""
    return rasterize(SMOKE_STROKES)


def encode_picture(picture: Image.Image | np.ndarray, format_name: str = "PNG", **options: object) -> bytes:
    """Encode a picture as a file, PNG unless another format is given."""
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    file = io.BytesIO()
    picture.save(file, format_name, **options)
    return file.getvalue()


def to_base64(data: bytes) -> str:
    """Encode bytes in base64."""
    return base64.b64encode(data).decode()


def draw_on_canvas(ink: int) -> Image.Image:
    """The seven as on a browser's canvas: ink of one gray level on a transparent background, RGBA."""
    opacity = 255 - draw_seven()
    levels = np.full(opacity.shape, ink, np.uint8)
    return Image.fromarray(np.dstack([levels, levels, levels, opacity]), "RGBA")


def draw_with_alpha(ink: int) -> Image.Image:
    """The same in mode LA."""
    opacity = 255 - draw_seven()
    return Image.fromarray(np.dstack([np.full(opacity.shape, ink, np.uint8), opacity]), "LA")


def draw_in_palette() -> Image.Image:
    """The seven in two palette colors, of which the background is transparent."""
    picture = Image.fromarray((draw_seven() < 128).astype(np.uint8), "P")
    picture.putpalette([255, 0, 255, 20, 20, 20])
    picture.info["transparency"] = 0
    return picture


def encode_rotated_jpeg() -> bytes:
    """The seven as a JPEG stored sideways, with its rotation in EXIF."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6  # rotate by 90° clockwise to display
    return encode_picture(Image.fromarray(draw_seven()).transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif)


def to_sixteen_bit(picture: np.ndarray) -> Image.Image:
    """Scale a picture, uint8 (height, width), to 16 bits per pixel."""
    return Image.fromarray(picture.astype(np.uint16) * 257)


def equivalent_files() -> dict[str, bytes]:
    """Name -> a file that shows the same seven."""
    black = draw_seven()
    plain = Image.fromarray(black)
    return {
        "gray PNG": encode_picture(black),
        "light on dark": encode_picture(255 - black),
        "RGB": encode_picture(plain.convert("RGB")),
        "RGBA": encode_picture(plain.convert("RGBA")),
        "canvas, black ink": encode_picture(draw_on_canvas(0)),
        "canvas, white ink": encode_picture(draw_on_canvas(255)),
        "LA, black ink": encode_picture(draw_with_alpha(0)),
        "LA, white ink": encode_picture(draw_with_alpha(255)),
        "1-bit": encode_picture(plain.point(lambda level: 255 * (level > 127)).convert("1")),
        "1-bit, light on dark": encode_picture(
            Image.fromarray(255 - black).point(lambda level: 255 * (level > 127)).convert("1")
        ),
        "16-bit": encode_picture(to_sixteen_bit(black)),
        "16-bit, light on dark": encode_picture(to_sixteen_bit(255 - black)),
        "palette": encode_picture(plain.convert("RGB").quantize(16)),
        "palette with transparency": encode_picture(draw_in_palette(), transparency=0),
        "JPEG": encode_picture(black, "JPEG", quality=95),
        "CMYK JPEG": encode_picture(plain.convert("CMYK"), "JPEG", quality=95),
        "EXIF-rotated JPEG": encode_rotated_jpeg(),
        "WebP": encode_picture(black, "WEBP", lossless=True),
        "lossy WebP": encode_picture(plain.convert("RGB"), "WEBP", quality=90),
        "WebP canvas": encode_picture(draw_on_canvas(0), "WEBP", lossless=True),
        "low contrast": encode_picture((black * 0.3 + 150).astype(np.uint8)),
        "twice the size": encode_picture(plain.resize((plain.width * 2, plain.height * 2), Image.Resampling.BICUBIC)),
    }
