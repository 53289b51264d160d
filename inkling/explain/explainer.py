"""Explainer: the activations and weights of every layer of a model."""

from typing import Any

import numpy as np

from inkling.errors import NoLayerOutputs
from inkling.explain.graph_outputs import declare_outputs
from inkling.explain.layer import Array, Layer, to_channels_last, to_keras_kernel
from inkling.models.predictor import Predictor
from inkling.models.runtime import open_session


class Explainer:
    """A second session for a model, which returns the tensors that its card names; the Predictor's session stays as it is.

    layers: in the order of computation; the last one gives the probabilities.
    """

    def __init__(self, model: bytes, predictor: Predictor):
        """model: the content of the ONNX file. Raises NoLayerOutputs if the card doesn't name the tensors of the layers."""
        rows = predictor.card.graph_layers
        if not rows:
            raise NoLayerOutputs("This model's card doesn't name the outputs of its layers. Export the model again.")
        size = predictor.card.crop_size
        blank = np.zeros((size, size), np.uint8)
        try:
            self.layers = [Layer.from_card(row) for row in rows]
            outputs = {layer.output for layer in self.layers}
            weights = sorted({name for layer in self.layers for name in (layer.kernel, layer.bias) if name is not None})
            self.session = open_session(declare_outputs(model, [*sorted(outputs - {"probabilities"}), *weights]))
            self._weights = dict(zip(weights, self._run(weights, blank), strict=True)) if weights else {}
            self.activations(blank)
        except Exception as error:  # the runtime raises a dozen types of its own, none of them public
            raise NoLayerOutputs("The layers in this model's card don't match its graph. Export the model again.") from error

    def activations(self, crop: np.ndarray[Any, np.dtype[np.uint8]]) -> list[Array]:
        """The output of each layer for a crop, uint8 (size, size): float32 (height, width, channels) or (features,)."""
        values = self._run([layer.output for layer in self.layers], crop)
        return [to_channels_last(value, layer.shape) for layer, value in zip(self.layers, values, strict=True)]

    def kernel(self, layer: Layer) -> Array | None:
        """A layer's kernel, float32 (height, width, in, out) or (in, out); None if it has none."""
        return None if layer.kernel is None else to_keras_kernel(self._weights[layer.kernel])

    def bias(self, layer: Layer) -> Array | None:
        """A layer's bias, float32 (out,); None if it has none."""
        return None if layer.bias is None else self._weights[layer.bias].astype(np.float32).ravel()

    def _run(self, names: list[str], crop: np.ndarray[Any, np.dtype[np.uint8]]) -> list[np.ndarray[Any, Any]]:
        """Tensors of the graph for one crop."""
        values: list[np.ndarray[Any, Any]] = self.session.run(names, {"images": crop[None, :, :, None]})
        return values
