"""Tiles: an array of a layer as a picture, one tile a feature map or kernel."""

import io
import math

import numpy as np
from PIL import Image

SIDE = 1_200
"""Pixels that a picture is wide and high, at most, unless a number has no pixel of its own then."""

MOST_ZOOM = 12
"""Pixels a side for a number, at most."""

GAP = 1
"""Numbers' widths between two tiles."""

GROUND = (221, 226, 234)
NEGATIVE, PAPER, POSITIVE = (178, 24, 43), (255, 255, 255), (33, 102, 172)
INK = (17, 24, 39)


def tiles_png(array: np.ndarray, kernel: bool = False) -> bytes:
    """Draw an array of finite numbers, of 1 to 4 dimensions, as a PNG.

    (height, width, maps): a tile a map, in a grid. A kernel (height, width, inputs, outputs): a tile for each input in the row
    of each output, or a grid where there is but one input. (inputs, outputs): a tile, a row an output. (n,): a tile, n wide.
    All tiles have one scale. Numbers from 0 up go from white to ink; where one is negative, red is below 0 and blue above,
    white is 0, and both are as strong as far from it. Raises ValueError for other shapes or an empty array.
    """
    array = np.asarray(array, np.float32)
    if not array.size or not 1 <= array.ndim <= 4:
        raise ValueError(f"Expected 1 to 4 dimensions with something in them. Received {array.shape}.")
    picture = np.asarray(_sheet(coloured(array), kernel), np.uint8)
    zoom = int(np.clip(SIDE // max(picture.shape[:2]), 1, MOST_ZOOM))
    out = io.BytesIO()
    drawn = Image.fromarray(picture)
    drawn.resize((drawn.width * zoom, drawn.height * zoom), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def coloured(array: np.ndarray) -> np.ndarray:
    """Numbers -> colours, uint8 in the array's shape with 3 more: see `tiles_png`."""
    furthest = float(np.abs(array).max()) or 1.0
    share = (array / furthest)[..., None]
    if array.min() >= 0:
        return _between(PAPER, INK, share)
    return np.where(share < 0, _between(PAPER, NEGATIVE, -share), _between(PAPER, POSITIVE, share))


def _between(one: tuple[int, int, int], other: tuple[int, int, int], share: np.ndarray) -> np.ndarray:
    share = np.clip(share, 0, 1)
    return np.round(np.array(one) * (1 - share) + np.array(other) * share).astype(np.uint8)


def _sheet(colours: np.ndarray, kernel: bool) -> np.ndarray:
    """Colours, (…, 3), laid out: uint8 (height, width, 3)."""
    dimensions = colours.ndim - 1
    if dimensions == 1:
        return colours[None]
    if dimensions == 2:
        return colours.swapaxes(0, 1)  # (inputs, outputs, 3) -> a row an output
    if dimensions == 3:
        colours = colours[:, :, None]
    height, width, inputs, outputs = colours.shape[:4]
    maps = colours.swapaxes(2, 3).reshape(height, width, outputs * inputs, 3)  # an output's inputs one after the other
    beside = inputs if kernel and inputs > 1 else math.ceil(math.sqrt(inputs * outputs * height / width))
    return _grid(maps, min(beside, inputs * outputs))


def _grid(maps: np.ndarray, columns: int) -> np.ndarray:
    """(height, width, maps, 3) -> one picture, so many tiles in a row."""
    height, width, count = maps.shape[:3]
    rows = -(-count // columns)
    down, across = height + GAP, width + GAP
    picture = np.full((rows * down + GAP, columns * across + GAP, 3), GROUND, np.uint8)
    for place in range(count):
        top, left = (GAP + place // columns * down), (GAP + place % columns * across)
        picture[top : top + height, left : left + width] = maps[:, :, place]
    return picture
