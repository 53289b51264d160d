"""The network of a line model: a fully convolutional network whose columns are classified, for CTC.

Fully convolutional recognition of handwriting: Yousef, Hussain, Mohammed 2020, "Accurate, data-efficient, unconstrained text
recognition with convolutional neural networks". CTC: Graves, Fernández, Gomez, Schmidhuber 2006.
"""

from typing import NamedTuple

import keras
from keras import ops

from inkling.recognition.line_image import LINE_SIDE
from trainer.lines.samples import OTHER

BLANK = OTHER + 1
SYMBOLS = BLANK + 1
"""Number of classes of a column: the digits, `OTHER` and CTC's blank."""

WIDTH_STRIDE = 2
"""Columns of a line image per step of the output."""


class Convolution(NamedTuple):
    """kernel, strides: (height, width)."""

    filters: int
    kernel: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    padding: str = "same"


HEIGHT_REDUCED = LINE_SIDE // 8 + 1  # 28 -> 14 -> 7 -> 4
CONVOLUTIONS = (
    Convolution(16, (5, 5), (2, 1)),
    Convolution(32, (3, 3), (2, WIDTH_STRIDE)),
    Convolution(64, (3, 3)),
    Convolution(64, (3, 3), (2, 1)),
    Convolution(96, (HEIGHT_REDUCED, 3)),  # becomes one row by taking the middle: see build_line_network
    Convolution(96, (1, 5)),
    Convolution(96, (1, 5)),
)
DROPOUT = 0.1


def build_line_network() -> keras.Model:
    """Return the model with fresh weights: line images, float32 (n, 28, width, 1), 0 to 1 -> logits, (n, width / 2, 12)."""
    x = images = keras.Input((LINE_SIDE, None, 1), name="lines")
    for index, layer in enumerate(CONVOLUTIONS, 1):
        if layer.kernel[0] == HEIGHT_REDUCED:  # padded sideways only, so that one row is left
            x = keras.layers.ZeroPadding2D((0, layer.kernel[1] // 2))(x)
            layer = layer._replace(padding="valid")
        x = keras.layers.Conv2D(
            layer.filters, layer.kernel, layer.strides, layer.padding, use_bias=False, kernel_initializer="he_normal"
        )(x)
        x = keras.layers.BatchNormalization(momentum=0.98)(x)
        x = keras.layers.ReLU(name=f"relu{index}")(x)
    x = keras.layers.Reshape((-1, CONVOLUTIONS[-1].filters))(x)
    x = keras.layers.Dropout(DROPOUT)(x)
    return keras.Model(images, keras.layers.Dense(SYMBOLS, name="logits")(x), name="line_network")


def ctc_loss(targets, logits):
    """CTC loss of each line, (n,). targets: int32 (n, m + 2): m symbols, the number of symbols, the number of steps."""
    targets = ops.cast(targets, "int32")  # Keras makes them floats
    symbols, lengths, steps = targets[:, :-2], targets[:, -2], targets[:, -1]
    return ops.ctc_loss(symbols, logits, lengths, steps, mask_index=BLANK)
