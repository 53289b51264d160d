"""Snapshot: what a network holds and does at one image, layer by layer, as JSON or as pictures."""

from dataclasses import dataclass

import numpy as np

from inkling.errors import BadInput
from trainer.inspection.tiles import tiles_png

GRADIENT = "_gradient"
"""What the name of an array's gradient ends in: kernel and kernel_gradient."""


@dataclass(frozen=True)
class LayerSnapshot:
    """A row of the network's table with its arrays, float32.

    arrays: activations of the output shape; the layer's weights by their names, such as kernel, bias, gamma; and of each that
    is trained, and of the activations, the gradient of the loss, NAME_gradient, in the same shape.
    """

    name: str
    kind: str
    output_shape: list[int]
    parameters: int
    multiply_adds: int
    arrays: dict[str, np.ndarray]

    def array(self, what: str) -> np.ndarray:
        """One array by its name. Raises BadInput where the layer has none such."""
        if what not in self.arrays:
            raise BadInput(f"Expected one of {', '.join(self.arrays)} of the layer {self.name}. Received {what!r:.40}.")
        return self.arrays[what]

    def to_dict(self, what: str | None = None, values: bool = True) -> dict:
        """The row as JSON, and of all arrays or of one its shape, minimum, maximum and, unless told not to, values."""
        named = self.arrays if what is None else {what: self.array(what)}
        row = {name: getattr(self, name) for name in ("name", "kind", "output_shape", "parameters", "multiply_adds")}
        return row | {"arrays": {name: _told(array, values) for name, array in named.items()}}

    def png(self, what: str) -> bytes:
        """One array as a picture of tiles; see `tiles_png`."""
        return tiles_png(self.array(what), kernel=what.startswith(("kernel", "depthwise")))


@dataclass(frozen=True)
class Snapshot:
    """sample: the image's place in the validation part. step: how many the network has learnt in, None for best weights.

    label: the right one. loss: of this one image, with the penalty on kernels. forward_seconds, backward_seconds: for one
    example at a time.
    """

    sample: int
    step: int | None
    label: str
    answer: str
    probabilities: list[float]
    loss: float
    forward_seconds: float
    backward_seconds: float
    layers: list[LayerSnapshot]

    def layer(self, name: str) -> LayerSnapshot:
        """One layer by its name. Raises BadInput where the network has none such."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise BadInput(f"Expected one of the layers {', '.join(layer.name for layer in self.layers)}. Received {name!r:.40}.")

    def to_dict(self, layer: str | None = None, what: str | None = None, values: bool = True) -> dict:
        """All of it as JSON, of all layers or one, and all arrays or one."""
        chosen = self.layers if layer is None else [self.layer(layer)]
        plain = {name: value for name, value in vars(self).items() if name != "layers"}
        return plain | {"layers": [each.to_dict(what, values) for each in chosen]}

    def png(self, layer: str, what: str = "activations") -> bytes:
        """One array of one layer as a picture."""
        return self.layer(layer).png(what)


def _told(array: np.ndarray, values: bool) -> dict:
    least, most = _short(np.array([array.min(), array.max()]))
    told = {"shape": list(array.shape), "min": least, "max": most}
    return told | {"values": _short(array)} if values else told


def _short(array: np.ndarray) -> list:
    """Nested lists of the shortest numbers that are these float32."""
    return array.astype(str).astype(np.float64).tolist()
