"""Layer: one layer of a network as data, before there is a network: its options, and what follows from its input's shape.

The classes are called as Keras calls its own, and their fields are its arguments. No Keras: the service, whose process has
none, tells a network's table from them.
"""

import math
from dataclasses import dataclass

from inkling.errors import BadInput

Shape = list[int]
"""Of one example: [height, width, channels] or [features]."""


@dataclass(frozen=True)
class Layer:
    """A layer that changes nothing, has no parameters and costs no product, unless a class of it says otherwise."""

    name: str

    @property
    def kind(self) -> str:
        return type(self).__name__

    def shape(self, given: Shape) -> Shape:
        """The shape of its output. Raises BadInput where its window does not fit into the input."""
        return given

    def parameters(self, given: Shape) -> int:  # noqa: ARG002 others need it
        """Its numbers, those included that are gathered and not learnt."""
        return 0

    def multiply_adds(self, given: Shape) -> int:  # noqa: ARG002 others need it
        """Products summed to answer one example; pooling and activations have none, normalisation one an element."""
        return 0


@dataclass(frozen=True)
class Conv2D(Layer):
    """A convolution by square kernels; without padding its output is smaller."""

    filters: int
    kernel_size: int
    strides: int = 1
    padding: str = "valid"
    activation: str | None = None
    use_bias: bool = True
    kernel_initializer: str = "glorot_uniform"

    def shape(self, given: Shape) -> Shape:
        if self.padding == "same":
            return [*(-(-side // self.strides) for side in given[:2]), self.filters]
        return [*_windows(given, self.kernel_size, self.strides), self.filters]

    def parameters(self, given: Shape) -> int:
        return self.filters * (self.kernel_size**2 * given[2] + self.use_bias)

    def multiply_adds(self, given: Shape) -> int:
        return self.kernel_size**2 * given[2] * math.prod(self.shape(given))


@dataclass(frozen=True)
class BatchNormalization(Layer):
    """Brings each channel to the mean and spread that are learnt (Ioffe & Szegedy 2015)."""

    momentum: float

    def parameters(self, given: Shape) -> int:
        return 4 * given[-1]  # gamma, beta, and the mean and variance that are gathered

    def multiply_adds(self, given: Shape) -> int:
        return math.prod(given)


@dataclass(frozen=True)
class ReLU(Layer):
    """What is below 0 becomes 0."""


@dataclass(frozen=True)
class MaxPooling2D(Layer):
    """The most of each window; windows lie side by side."""

    pool_size: int

    def shape(self, given: Shape) -> Shape:
        return [*_windows(given, self.pool_size, self.pool_size), given[2]]


@dataclass(frozen=True)
class AveragePooling2D(MaxPooling2D):
    """The mean of each window."""


@dataclass(frozen=True)
class Bitmap(Layer):
    """Shares of ink become bits."""


@dataclass(frozen=True)
class Flatten(Layer):
    """All numbers in a row."""

    def shape(self, given: Shape) -> Shape:
        return [math.prod(given)]


@dataclass(frozen=True)
class Dropout(Layer):
    """Leaves out a share of the features, while it learns."""

    rate: float
    seed: int


@dataclass(frozen=True)
class Dense(Layer):
    """Every input, weighed, into every output."""

    units: int
    activation: str | None = None

    def shape(self, given: Shape) -> Shape:  # noqa: ARG002 every input goes into every output
        return [self.units]

    def parameters(self, given: Shape) -> int:
        return (given[0] + 1) * self.units

    def multiply_adds(self, given: Shape) -> int:
        return given[0] * self.units


def _windows(given: Shape, size: int, strides: int) -> Shape:
    if min(given[:2]) < size:
        raise BadInput(f"Expected layers that leave at least {size} pixels for each next one. Received {min(given[:2])}.")
    return [(side - size) // strides + 1 for side in given[:2]]
