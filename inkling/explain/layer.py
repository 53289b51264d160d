"""Layer: one layer of an exported graph, as the model card describes it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]

REQUIRED_KEYS = ("name", "kind", "inputs", "output_shape", "parameters", "multiply_adds")
"""Keys of every row besides its tensors."""


@dataclass(frozen=True)
class Layer:
    """A row of the card's `graph_layers`.

    shape: (height, width, channels) or (features,). description: the row without its tensors, as `/explain` returns it.
    output, kernel, bias: names of graph tensors; kernel and bias are None where the layer has none.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    description: dict[str, Any]
    output: str
    kernel: str | None
    bias: str | None

    @classmethod
    def from_card(cls, row: dict[str, Any]) -> "Layer":
        """Read a row. Raises KeyError, TypeError or ValueError if it isn't one."""
        description = {key: row[key] for key in REQUIRED_KEYS} | {key: value for key, value in row.items() if key != "tensors"}
        tensors = row["tensors"]
        names = tensors["output"], tensors.get("kernel"), tensors.get("bias")
        if not all(isinstance(name, str) for name in (row["name"], row["kind"], names[0], *filter(None, names))):
            raise TypeError("A name isn't a string.")
        shape = tuple(int(side) for side in row["output_shape"])
        if len(shape) not in (1, 3) or min(shape) < 1:
            raise ValueError("The output's shape isn't [height, width, channels] or [features].")
        return cls(row["name"], row["kind"], shape, description, *names)


def to_channels_last(values: np.ndarray[Any, Any], shape: tuple[int, ...]) -> Array:
    """A layer's output for one crop, (1, channels, height, width) or (1, features) -> float32 of `shape`. Raises ValueError."""
    if len(shape) == 3:
        height, width, channels = shape
        values = values.reshape(channels, height, width).transpose(1, 2, 0)
    return np.ascontiguousarray(values.reshape(shape), np.float32)


def to_keras_kernel(kernel: np.ndarray[Any, Any]) -> Array:
    """A kernel, (out, in, height, width) or (in, out) -> float32 (height, width, in, out) or (in, out)."""
    return np.ascontiguousarray(kernel.transpose(2, 3, 1, 0) if kernel.ndim == 4 else kernel, np.float32)
