"""Conversion to 8-bit grayscale."""

import numpy as np
from PIL import Image

RGB_TO_GRAY = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue: ITU-R BT.601 luma, as in Pillow's mode L."""


def to_eight_bit(picture: Image.Image) -> Image.Image:
    """Scale 16-bit and 32-bit gray to 8 bits, full range; other modes stay as they are."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    levels = np.asarray(picture, np.float32)  # (height, width), 0..65535
    scaled = (np.clip(levels, 0, 65535) / 257 + 0.5).astype(np.uint8)
    transparent = picture.info.get("transparency")  # the single transparent level
    if transparent is None:
        return Image.fromarray(scaled)
    return Image.fromarray(np.dstack([scaled, np.where(levels == transparent, 0, 255).astype(np.uint8)]), "LA")


def gray_array(picture: Image.Image) -> np.ndarray:
    """The gray levels of a picture, any alpha channel ignored: uint8 (height, width)."""
    gray = picture if picture.mode == "L" else picture.convert("L")
    return np.frombuffer(gray.tobytes(), np.uint8).reshape(gray.height, gray.width)
