"""Convolution and max pooling of one example, with their gradients. Arrays are float32, channels last."""

import numpy as np

Array = np.ndarray


def extract_windows(x: Array, side: int) -> Array:
    """Every side×side window of x, (height, width, channels), as a row: (rows * columns, side * side * channels)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (side, side), (0, 1))  # (rows, columns, channels, side, side)
    rows, across = windows.shape[:2]
    return windows.transpose(0, 1, 3, 4, 2).reshape(rows * across, -1)


def conv_input_gradient(gradient: Array, kernel: Array) -> Array:
    """The gradient of a convolution's input, given that of its output, (rows, columns, filters).

    kernel: (side, side, channels, filters). The result is the convolution of the padded gradient with the rotated kernel.
    """
    side, _, channels, filters = kernel.shape
    rows, across = (length + side - 1 for length in gradient.shape[:2])
    padded = np.zeros((rows + side - 1, across + side - 1, filters), np.float32)
    padded[side - 1 : rows, side - 1 : across] = gradient
    # (side, side, channels, filters) -> (side * side * filters, channels)
    rotated = kernel[::-1, ::-1].transpose(0, 1, 3, 2).reshape(-1, channels)
    return (extract_windows(padded, side) @ rotated).reshape(rows, across, channels)


def max_pool(x: Array) -> tuple[Array, Array]:
    """2×2 max pooling of x, (2 h, 2 w, channels): the maxima, (h, w, channels), and the index 0..3 of each, same shape."""
    height, width, channels = x.shape
    # (2 h, 2 w, c) -> (h, 2, w, 2, c) -> (h, w, c, 4)
    blocks = x.reshape(height // 2, 2, width // 2, 2, channels).transpose(0, 2, 4, 1, 3)
    blocks = blocks.reshape(height // 2, width // 2, channels, 4)
    argmax = blocks.argmax(3)
    return np.take_along_axis(blocks, argmax[..., None], 3)[..., 0], argmax


def max_pool_gradient(gradient: Array, argmax: Array) -> Array:
    """The gradient of the pooling input: each output gradient goes to the maximum of its 2×2 block."""
    height, width, channels = gradient.shape
    blocks = np.zeros((height, width, channels, 4), np.float32)
    np.put_along_axis(blocks, argmax[..., None], gradient[..., None], 3)
    # (h, w, c, 4) -> (h, w, c, 2, 2) -> (h, 2, w, 2, c) -> (2 h, 2 w, c)
    blocks = blocks.reshape(height, width, channels, 2, 2).transpose(0, 3, 1, 4, 2)
    return blocks.reshape(2 * height, 2 * width, channels)
