"""Draw an array of a layer as an image: one tile per feature map or kernel."""

import io
import math

import numpy as np
from PIL import Image

MAX_SIDE = 1_200
"""Pixels per side of the image, unless the array needs more at one pixel per value."""

MAX_ZOOM = 12
"""Pixels per side of a value."""

GAP = 1
"""Values between two tiles."""

BACKGROUND = (221, 226, 234)
NEGATIVE, WHITE, POSITIVE = (178, 24, 43), (255, 255, 255), (33, 102, 172)
INK = (17, 24, 39)


def draw_tiles(array: np.ndarray, kernel: bool = False) -> bytes:
    """Draw an array of finite values, of 1 to 4 dimensions, as a PNG.

    (height, width, maps): one tile per map, in a grid. A kernel (height, width, inputs, outputs): one row per output with one
    tile per input, or a grid if there is a single input. (inputs, outputs): one tile with one row per output. (n,): one row.
    All tiles have the same color scale: white to ink, or, if any value is negative, red below 0, white at 0, blue above. Raises
    ValueError for other shapes or an empty array.
    """
    array = np.asarray(array, np.float32)
    if not array.size or not 1 <= array.ndim <= 4:
        raise ValueError(f"Expected a non-empty array of 1 to 4 dimensions, got shape {array.shape}.")
    pixels = np.asarray(_lay_out(colorize(array), kernel), np.uint8)
    zoom = int(np.clip(MAX_SIDE // max(pixels.shape[:2]), 1, MAX_ZOOM))
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    image.resize((image.width * zoom, image.height * zoom), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()


def colorize(array: np.ndarray) -> np.ndarray:
    """Map values to colors, uint8 in the array's shape with a last axis of 3; see `draw_tiles`."""
    maximum = float(np.abs(array).max()) or 1.0
    relative = (array / maximum)[..., None]
    if array.min() >= 0:
        return _interpolate(WHITE, INK, relative)
    return np.where(relative < 0, _interpolate(WHITE, NEGATIVE, -relative), _interpolate(WHITE, POSITIVE, relative))


def _interpolate(start: tuple[int, int, int], end: tuple[int, int, int], position: np.ndarray) -> np.ndarray:
    position = np.clip(position, 0, 1)
    return np.round(np.array(start) * (1 - position) + np.array(end) * position).astype(np.uint8)


def _lay_out(colors: np.ndarray, kernel: bool) -> np.ndarray:
    """Colors, (…, 3) -> pixels, uint8 (height, width, 3)."""
    dimensions = colors.ndim - 1
    if dimensions == 1:
        return colors[None]
    if dimensions == 2:
        return colors.swapaxes(0, 1)  # (inputs, outputs, 3) -> (outputs, inputs, 3)
    if dimensions == 3:
        colors = colors[:, :, None]
    height, width, inputs, outputs = colors.shape[:4]
    tiles = colors.swapaxes(2, 3).reshape(height, width, outputs * inputs, 3)  # all inputs of an output, then the next output
    columns = inputs if kernel and inputs > 1 else math.ceil(math.sqrt(inputs * outputs * height / width))
    return _grid(tiles, min(columns, inputs * outputs))


def _grid(tiles: np.ndarray, columns: int) -> np.ndarray:
    """Tiles, (height, width, n, 3) -> pixels with that many tiles per row."""
    height, width, count = tiles.shape[:3]
    rows = -(-count // columns)
    row_height, column_width = height + GAP, width + GAP
    pixels = np.full((rows * row_height + GAP, columns * column_width + GAP, 3), BACKGROUND, np.uint8)
    for index in range(count):
        top, left = GAP + index // columns * row_height, GAP + index % columns * column_width
        pixels[top : top + height, left : left + width] = tiles[:, :, index]
    return pixels
