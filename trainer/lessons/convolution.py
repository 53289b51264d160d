"""Convolution and pooling of one example, and what flows back through them. Arrays are float32, channels last."""

import numpy as np

Array = np.ndarray


def columns(x: Array, side: int) -> Array:
    """Every window of x, (height, width, channels), as a row: (rows * columns, side * side * channels)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (side, side), (0, 1))  # (rows, columns, channels, side, side)
    rows, across = windows.shape[:2]
    return windows.transpose(0, 1, 3, 4, 2).reshape(rows * across, -1)


def back_to_input(gradient: Array, kernel: Array) -> Array:
    """The gradient to a convolution's input from that to its output, (rows, columns, filters).

    kernel: (side, side, channels, filters). It is a convolution itself, of the padded gradient with the kernel turned around.
    """
    side, _, channels, filters = kernel.shape
    rows, across = (length + side - 1 for length in gradient.shape[:2])
    padded = np.zeros((rows + side - 1, across + side - 1, filters), np.float32)
    padded[side - 1 : rows, side - 1 : across] = gradient
    # (side, side, channels, filters) -> (side * side * filters, channels)
    turned = kernel[::-1, ::-1].transpose(0, 1, 3, 2).reshape(-1, channels)
    return (columns(padded, side) @ turned).reshape(rows, across, channels)


def pool(x: Array) -> tuple[Array, Array]:
    """The largest of every 2×2 of x, (2 h, 2 w, channels): (h, w, channels), and which of the four it was, the same shape."""
    height, width, channels = x.shape
    # (2 h, 2 w, c) -> (h, 2, w, 2, c) -> (h, w, c, 4)
    fours = x.reshape(height // 2, 2, width // 2, 2, channels).transpose(0, 2, 4, 1, 3)
    fours = fours.reshape(height // 2, width // 2, channels, 4)
    which = fours.argmax(3)
    return np.take_along_axis(fours, which[..., None], 3)[..., 0], which


def back_through_pool(gradient: Array, which: Array) -> Array:
    """The gradient to what was pooled: that of each 2×2 goes to its largest."""
    height, width, channels = gradient.shape
    fours = np.zeros((height, width, channels, 4), np.float32)
    np.put_along_axis(fours, which[..., None], gradient[..., None], 3)
    # (h, w, c, 4) -> (h, w, c, 2, 2) -> (h, 2, w, 2, c) -> (2 h, 2 w, c)
    fours = fours.reshape(height, width, channels, 2, 2).transpose(0, 3, 1, 4, 2)
    return fours.reshape(2 * height, 2 * width, channels)
