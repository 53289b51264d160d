"""Layer: one step of a network as it is shown, and where each element of a graph's value is shown."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Layer:
    """One step that changes numbers.

    shape: (height, width, channels) or (features,), as shown. value: the graph's value that holds its activations.
    order: int (elements,): value.ravel()[order].reshape(shape) is what is shown.
    inputs: positions of the layers that it reads. facts: what else tells how to compute it, such as strides.
    kernel: float32 (height, width, in, out) or (in, out); bias: float32 (out,); both None where there are none.
    folded: names of the card's layers that the graph computes as part of this one.
    """

    kind: str
    shape: tuple[int, ...]
    value: str
    order: np.ndarray
    inputs: list[int] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    kernel: np.ndarray | None = None
    bias: np.ndarray | None = None
    parameters: int = 0
    multiply_adds: int = 0
    name: str = ""
    folded: list[str] = field(default_factory=list)

    def shown(self, value: np.ndarray) -> np.ndarray:
        """A value of the graph for one crop as this layer shows it: float32 of `shape`."""
        return value.astype(np.float32, copy=False).ravel()[self.order].reshape(self.shape)


@dataclass(frozen=True)
class Placed:
    """A value of the graph: an element's place is its position in the flattened activations of a layer, as they are shown.

    layer: its position. places: int, in the value's own shape without the batch.
    """

    layer: int
    places: np.ndarray

    def is_map(self, layers: list[Layer]) -> bool:
        """Whether it is (channels, height, width) of a layer that shows (height, width, channels)."""
        shape = layers[self.layer].shape
        return len(shape) == 3 and np.array_equal(self.places, maps_of(shape))


def plain(shape: tuple[int, ...]) -> np.ndarray:
    """The places of a value that is shown as it is."""
    return np.arange(int(np.prod(shape, dtype=np.int64))).reshape(shape)


def maps_of(shape: tuple[int, ...]) -> np.ndarray:
    """The places of a value (channels, height, width) that is shown as `shape`, (height, width, channels)."""
    return plain(shape).transpose(2, 0, 1)


def order_of(places: np.ndarray) -> np.ndarray:
    """Which element of a value stands at each place: the inverse."""
    order = np.empty(places.size, np.intp)
    order[places.ravel()] = np.arange(places.size)
    return order
