"""Decoding of picture files: PNG, JPEG or WebP of any size and mode into upright 8-bit gray levels."""

import io
import math
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import ExifTags, Image

from inkling.errors import CorruptPicture, TooLarge, UnsupportedPicture
from inkling.imaging.alpha import flatten_alpha
from inkling.imaging.decode_memory import decode_memory
from inkling.imaging.grayscale import gray_array, to_eight_bit
from inkling.limits import Limits

FORMATS = ("PNG", "JPEG", "WEBP")

WORKING_SIDE = 512
"""Minimum longer side in pixels of a reduced picture; pictures are reduced by integer factors. A normalized image has 28."""

BAND_ROWS = 32
"""Rows of a reduced picture that are processed at a time."""

ORIENTATION_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> the operation that makes the picture upright."""

SWAPPED_AXES = tuple(ORIENTATION_TRANSPOSES[orientation] for orientation in (5, 6, 7, 8))
"""Operations that swap width and height."""

warnings.simplefilter("error", Image.DecompressionBombWarning)  # at import: changing filters while threads decode is unsafe


@dataclass(frozen=True)
class DecodedPicture:
    """A decoded, upright picture.

    gray: uint8 (height / reduction, width / reduction), rounded up. reduction: integer factor. width, height: in pixels of the
    file, after rotation.
    """

    gray: np.ndarray
    reduction: int
    width: int
    height: int

    @classmethod
    def from_gray(cls, gray: np.ndarray) -> "DecodedPicture":
        """Wrap gray levels, uint8 (height, width), at full size."""
        return cls(gray, 1, gray.shape[1], gray.shape[0])


def decode(data: bytes, limits: Limits) -> np.ndarray:
    """Decode a PNG, JPEG or WebP into gray levels, uint8 (height, width). See `decode_picture`."""
    return decode_picture(data, limits).gray


def decode_picture(data: bytes, limits: Limits, working_side: int = WORKING_SIDE) -> DecodedPicture:
    """Decode a PNG, JPEG or WebP into upright gray levels.

    Applies the rotation in EXIF or XMP, scales 16-bit levels to 8 bits, and takes the first frame of an animation.
    Transparency is flattened as in `flatten_alpha`. Pictures whose longer side is at least twice `working_side` are reduced
    by an integer factor.

    Raises UnsupportedPicture, CorruptPicture or TooLarge.
    """
    picture = _open(data, limits)
    _check_size(picture, limits)
    with decode_memory(picture.format, math.prod(picture.size)):
        return _load(picture, working_side)


def _load(picture: Image.Image, working_side: int) -> DecodedPicture:
    format_name, size = picture.format, picture.size
    picture.draft("RGB", (working_side, working_side))  # JPEG decodes at 1/2, 1/4 or 1/8; other formats ignore it
    try:
        picture.load()
        transpose = _upright_transpose(picture)
        factor = max(1, max(picture.size) // working_side)
        draft_factor = round(max(size) / max(picture.size))
        picture = _reduce(picture, factor)
        gray = _to_gray(picture if transpose is None else picture.transpose(transpose))
        width, height = size[::-1] if transpose in SWAPPED_AXES else size
        return DecodedPicture(gray, draft_factor * factor, width, height)
    except MemoryError:  # the server's problem, not the picture's
        raise
    except Exception as error:  # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, zlib.error and others
        raise CorruptPicture(f"This {format_name} file is damaged or incomplete. Send the whole file.") from error


def read_dimensions(data: bytes, limits: Limits) -> tuple[int, int]:
    """Read height and width of a PNG, JPEG or WebP from its header, before rotation. Raises as `decode_picture`."""
    picture = _open(data, limits)
    _check_size(picture, limits)
    return picture.height, picture.width


def _open(data: bytes, limits: Limits) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(f"The picture has too many pixels. At most {limits.max_picture_pixels:,} are allowed.") from error
    except MemoryError:
        raise
    except Exception as error:
        raise UnsupportedPicture("This file isn't an image. Send PNG, JPEG or WebP.") from error


def _check_size(picture: Image.Image, limits: Limits) -> None:
    width, height = picture.size
    if width * height > limits.max_picture_pixels or max(width, height) > limits.max_picture_side:
        raise TooLarge(
            f"The picture is too large: {width}×{height} pixels. At most {limits.max_picture_pixels:,} pixels, and "
            f"{limits.max_picture_side:,} on a side, are allowed."
        )


def _upright_transpose(picture: Image.Image) -> Image.Transpose | None:
    """The operation that makes a picture upright, by its EXIF or XMP; None if there is none or the metadata are damaged."""
    may_be_rotated = picture.format != "PNG" or any(
        word in str(key).lower() for key in picture.info for word in ("exif", "xmp")
    )
    if not may_be_rotated:  # most drawings: parsing missing EXIF takes as long as decoding one
        return None
    try:
        return ORIENTATION_TRANSPOSES.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except MemoryError:
        raise
    except Exception:  # SyntaxError, struct.error, KeyError and a dozen others
        return None


def _reduce(picture: Image.Image, factor: int) -> Image.Image:
    """Convert to 8 bits and reduce by an integer factor.

    A large picture is processed in bands: Pillow copies what it converts and reduces, and a copy of the whole picture would
    take as much memory as the picture.
    """
    if factor < 2:
        return to_eight_bit(picture)
    mode = "RGBA" if picture.has_transparency_data else "L"
    small = Image.new(mode, (-(-picture.width // factor), -(-picture.height // factor)))
    for top in range(0, picture.height, BAND_ROWS * factor):
        band = picture.crop((0, top, picture.width, min(top + BAND_ROWS * factor, picture.height)))
        small.paste(to_eight_bit(band).convert(mode).reduce(factor), (0, top // factor))
    return small


def _to_gray(picture: Image.Image) -> np.ndarray:
    return flatten_alpha(picture) if picture.has_transparency_data else gray_array(picture)
