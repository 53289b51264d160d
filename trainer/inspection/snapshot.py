"""Snapshot: the state of a network for one image, layer by layer, as JSON or PNG."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inkling.errors import InvalidInput
from trainer.inspection.tiles import draw_tiles

GRADIENT = "_gradient"
"""Suffix of a gradient's name: kernel and kernel_gradient."""


@dataclass(frozen=True)
class LayerSnapshot:
    """A row of the layer table with the layer's arrays, float32.

    arrays: `activations` in the output's shape, and the layer's weights by their names, such as kernel, bias or gamma. For the
    activations and each trained weight also the gradient of the loss, NAME_gradient, in the same shape.
    """

    name: str
    kind: str
    output_shape: list[int]
    parameters: int
    multiply_adds: int
    arrays: dict[str, np.ndarray]

    def array(self, name: str) -> np.ndarray:
        """Return one array. Raises InvalidInput if the layer has none of that name."""
        if name not in self.arrays:
            raise InvalidInput(f"The layer {self.name} has no array {name!r:.40}. It has {', '.join(self.arrays)}.")
        return self.arrays[name]

    def to_dict(self, name: str | None = None, values: bool = True) -> dict[str, Any]:
        """Return the row as JSON, with shape, minimum, maximum and optionally the values of all arrays or of one."""
        arrays = self.arrays if name is None else {name: self.array(name)}
        row = {key: getattr(self, key) for key in ("name", "kind", "output_shape", "parameters", "multiply_adds")}
        return row | {"arrays": {key: _to_json(array, values) for key, array in arrays.items()}}

    def png(self, name: str) -> bytes:
        """Draw one array as a PNG; see `draw_tiles`."""
        return draw_tiles(self.array(name), kernel=name.startswith(("kernel", "depthwise")))


@dataclass(frozen=True)
class Snapshot:
    """sample: the image's index in the validation set. step: the training step, None for the best weights.

    label: the true label. loss: of this image alone, including the kernel penalty. forward_seconds, backward_seconds: for a
    batch of one.
    """

    sample: int
    step: int | None
    label: str
    predicted: str
    probabilities: list[float]
    loss: float
    forward_seconds: float
    backward_seconds: float
    layers: list[LayerSnapshot]

    def layer(self, name: str) -> LayerSnapshot:
        """Return one layer. Raises InvalidInput if the network has none of that name."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise InvalidInput(f"There is no layer {name!r:.40}. The layers are {', '.join(layer.name for layer in self.layers)}.")

    def to_dict(self, layer: str | None = None, array: str | None = None, values: bool = True) -> dict[str, Any]:
        """Return the snapshot as JSON, with all layers or one, and all of their arrays or one."""
        layers = self.layers if layer is None else [self.layer(layer)]
        fields = {name: value for name, value in vars(self).items() if name != "layers"}
        return fields | {"layers": [each.to_dict(array, values) for each in layers]}

    def png(self, layer: str, array: str = "activations") -> bytes:
        """Draw one array of one layer as a PNG."""
        return self.layer(layer).png(array)


def _to_json(array: np.ndarray, values: bool) -> dict[str, Any]:
    low, high = _shortest(np.array([array.min(), array.max()]))
    summary = {"shape": list(array.shape), "min": low, "max": high}
    return summary | {"values": _shortest(array)} if values else summary


def _shortest(array: np.ndarray) -> list[Any]:
    """Return nested lists of the shortest decimal numbers that round to these float32 values."""
    shortest: list[Any] = array.astype(str).astype(np.float64).tolist()
    return shortest
