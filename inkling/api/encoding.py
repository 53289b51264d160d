"""Converts pictures of any accepted type to bytes or lists, without importing numpy or Pillow."""

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkling.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image

    PictureLike = str | os.PathLike[str] | bytes | PIL.Image.Image | np.ndarray[tuple[int, int], np.dtype[np.uint8]]
    """A path, the content of a PNG, JPEG or WebP file, a Pillow image, or gray levels, uint8 (height, width)."""
    PictureBatch = list[PictureLike] | tuple[PictureLike, ...] | np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]
    """Several pictures, or gray levels, uint8 (n, height, width)."""

Strokes = Sequence[Sequence[Sequence[float]]]
"""Pen strokes, [[[x, y], …], …], with y down, in any unit. Arrays of shape (points, 2) are accepted, too."""


def is_batch(pictures: Any) -> bool:
    """Whether the argument holds several pictures."""
    return isinstance(pictures, list | tuple) or getattr(pictures, "ndim", 2) == 3


def is_array(picture: Any) -> bool:
    """Whether a picture is an array of gray levels. Raises InvalidInput if it isn't uint8 (height, width)."""
    if not hasattr(picture, "ndim"):
        return False
    if picture.ndim != 2 or str(picture.dtype) != "uint8" or 0 in picture.shape:
        raise InvalidInput(f"Gray levels must be uint8 (height, width). Got {picture.dtype} {picture.shape}.")
    return True


def to_bytes(picture: Any) -> bytes:
    """Return the content of an image file. Raises InvalidInput for another type, OSError if a path can't be read."""
    if isinstance(picture, bytes | bytearray | memoryview):
        return bytes(picture)
    if isinstance(picture, str | os.PathLike):
        return Path(picture).read_bytes()
    if hasattr(picture, "getbands"):
        return _save_png(picture)
    raise InvalidInput(f"Pass a path, bytes, a Pillow image or an array, not {type(picture).__name__}.")


def strokes_to_lists(strokes: Any) -> list[Any]:
    """Convert strokes, nested sequences or arrays, to nested lists."""
    lists = _to_lists(strokes)
    if not isinstance(lists, list):
        raise InvalidInput("Pass strokes as [[[x, y], …], …]: a list of strokes, each a list of points.")
    return lists


def _to_lists(value: Any) -> Any:
    if hasattr(value, "tolist"):  # arrays and numpy scalars
        return value.tolist()
    return [_to_lists(item) for item in value] if isinstance(value, list | tuple) else value


def _save_png(image: "PIL.Image.Image") -> bytes:
    from PIL import ImageOps  # only with a Pillow image, so Pillow is already loaded

    upright = ImageOps.exif_transpose(image)
    if upright.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I", "I;16"):
        upright = upright.convert("RGB")
    file = io.BytesIO()
    upright.save(file, "PNG")
    return file.getvalue()
