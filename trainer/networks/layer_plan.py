"""The layers of a planned network: their options, and what follows from the shape of their input. No Keras.

The classes are named like Keras' own and their fields are its arguments; initializers are named as in Keras or in
`trainer.networks.initializers`. The trainer service uses them to describe a network
without loading Keras.
"""

import math
from dataclasses import dataclass

from inkling.errors import InvalidInput
from trainer.networks.bitmap import BITMAP_SIDE

Shape = list[int]
"""Of one example: [height, width, channels] or [features]."""


@dataclass(frozen=True)
class LayerPlan:
    """A layer without parameters that keeps the shape of its input, unless a subclass says otherwise."""

    name: str

    @property
    def kind(self) -> str:
        return type(self).__name__

    def output_shape(self, shape: Shape) -> Shape:
        """The output's shape for an input shape. Raises InvalidInput if the window is larger than the input."""
        return shape

    def parameters(self, shape: Shape) -> int:  # noqa: ARG002 subclasses use the shape
        """Count the weights for an input shape, including those that aren't trained."""
        return 0

    def multiply_adds(self, shape: Shape) -> int:  # noqa: ARG002 subclasses use the shape
        """Count the multiply-adds for one example: 0 for pooling and activations, one per element for batch normalization."""
        return 0


@dataclass(frozen=True)
class Conv2D(LayerPlan):
    """A convolution with square kernels."""

    filters: int
    kernel_size: int
    strides: int = 1
    padding: str = "valid"
    activation: str | None = None
    use_bias: bool = True
    kernel_initializer: str = "glorot_uniform"
    bias_initializer: str = "zeros"

    def output_shape(self, shape: Shape) -> Shape:
        if self.padding == "same":
            return [*(-(-side // self.strides) for side in shape[:2]), self.filters]
        return [*_windows(shape, self.kernel_size, self.strides), self.filters]

    def parameters(self, shape: Shape) -> int:
        return self.filters * (self.kernel_size**2 * shape[2] + self.use_bias)

    def multiply_adds(self, shape: Shape) -> int:
        return self.kernel_size**2 * shape[2] * math.prod(self.output_shape(shape))


@dataclass(frozen=True)
class BatchNormalization(LayerPlan):
    """Normalizes each channel (Ioffe & Szegedy 2015)."""

    momentum: float

    def parameters(self, shape: Shape) -> int:
        return 4 * shape[-1]  # gamma, beta, moving mean, moving variance

    def multiply_adds(self, shape: Shape) -> int:
        return math.prod(shape)


@dataclass(frozen=True)
class ReLU(LayerPlan):
    """max(0, x)."""


@dataclass(frozen=True)
class MaxPooling2D(LayerPlan):
    """The maximum of each window; windows don't overlap."""

    pool_size: int

    def output_shape(self, shape: Shape) -> Shape:
        return [*_windows(shape, self.pool_size, self.pool_size), shape[2]]


@dataclass(frozen=True)
class ThresholdPlan(LayerPlan):
    """Binarizes the ink of each pixel, see `trainer.networks.bitmap_layers.Threshold`."""

    @property
    def kind(self) -> str:
        return "Threshold"


@dataclass(frozen=True)
class BoundingBoxPoolingPlan(LayerPlan):
    """Fits the ink to a bitmap, see `trainer.networks.bitmap_layers.BoundingBoxPooling`."""

    @property
    def kind(self) -> str:
        return "BoundingBoxPooling"

    def output_shape(self, shape: Shape) -> Shape:  # noqa: ARG002 the same for every input
        return [BITMAP_SIDE, BITMAP_SIDE, 1]


@dataclass(frozen=True)
class Flatten(LayerPlan):
    """All values in one row."""

    def output_shape(self, shape: Shape) -> Shape:
        return [math.prod(shape)]


@dataclass(frozen=True)
class Dropout(LayerPlan):
    """Drops a share of the features during training."""

    rate: float
    seed: int


@dataclass(frozen=True)
class Dense(LayerPlan):
    """A fully connected layer."""

    units: int
    activation: str | None = None
    kernel_initializer: str = "glorot_uniform"
    bias_initializer: str = "zeros"

    def output_shape(self, shape: Shape) -> Shape:  # noqa: ARG002 the same for every input
        return [self.units]

    def parameters(self, shape: Shape) -> int:
        return (shape[0] + 1) * self.units

    def multiply_adds(self, shape: Shape) -> int:
        return shape[0] * self.units


def _windows(shape: Shape, size: int, strides: int) -> Shape:
    if min(shape[:2]) < size:
        raise InvalidInput(
            f"A layer needs an input of at least {size} pixels per side, but gets {min(shape[:2])}. Use fewer layers."
        )
    return [(side - size) // strides + 1 for side in shape[:2]]
