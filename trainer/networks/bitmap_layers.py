"""The layers that compute the perceptron's bitmap, see `trainer.networks.bitmap`."""

import keras
from keras import ops

from trainer.networks.bitmap import BITMAP_SIDE, CELL_EDGES, CELL_FACTOR, INK_THRESHOLD, PIXEL_FACTOR


@keras.saving.register_keras_serializable("inkling")
class Threshold(keras.layers.Layer):
    """Binarize the ink of each pixel: (n, height, width, 1) -> 0 or 1, same shape."""

    def __init__(self, **options):
        super().__init__(dtype="float32", **options)

    def call(self, ink):
        return ops.cast(ink >= INK_THRESHOLD, "float32")


@keras.saving.register_keras_serializable("inkling")
class BoundingBoxPooling(keras.layers.Layer):
    """Fit the ink's bounding box to the bitmap, and take the maximum of each cell: (n, height, width, 1) -> (n, 6, 6, 1)."""

    def __init__(self, **options):
        super().__init__(dtype="float32", **options)

    def call(self, ink):
        ink = ink[..., 0]
        rows, columns = (_extent(ops.max(ink, axis)) for axis in (2, 1))
        side = ops.maximum(ops.maximum(rows[1] - rows[0], columns[1] - columns[0]) + 1, 1)  # (n, 1)
        in_row, in_column = (_membership(ink.shape[axis], extent, side) for axis, extent in ((1, rows), (2, columns)))
        across = ops.max(ink[..., None] * in_column[:, None], 2)  # (n, h, w, 1) * (n, 1, w, 6) -> (n, h, 6)
        bits = ops.max(in_row[..., None] * across[:, :, None], 1)  # (n, h, 6, 1) * (n, h, 1, 6) -> (n, 6, 6)
        return bits[..., None]

    def compute_output_shape(self, shape):
        """Return (n, 6, 6, 1)."""
        return (shape[0], BITMAP_SIDE, BITMAP_SIDE, 1)


def _extent(has_ink):
    """The first and the last pixel with ink along an axis: 0 or 1, (n, pixels) -> (n, 1) each."""
    pixels = ops.arange(has_ink.shape[1], dtype="float32")
    first = ops.min(pixels + has_ink.shape[1] * (1 - has_ink), 1, keepdims=True)
    return first, ops.max(pixels * has_ink, 1, keepdims=True)


def _membership(count: int, extent, side):
    """Which pixels along an axis are in which cells: 0 or 1, (n, count, 6)."""
    first, last = extent
    positions = PIXEL_FACTOR * (2 * ops.arange(count, dtype="float32") - first - last)[:, :, None]  # (n, count, 1)
    edges = CELL_FACTOR * side[:, :, None] * ops.convert_to_tensor(CELL_EDGES, "float32")  # (n, 1, 7)
    is_before = ops.cast(ops.less(positions, edges), "float32")  # (n, count, 7)
    return is_before[:, :, 1:] - is_before[:, :, :-1]
