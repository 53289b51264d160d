"""Recompute each kind of layer in numpy from what /explain returns about it, as the page does."""

from collections.abc import Callable

import numpy as np

from inkling.explain.explainer import Explainer
from inkling.explain.layer import Layer
from trainer.networks.bitmap import to_bitmap

Array = np.ndarray


def windows(layer: Layer, inputs: Array, padding_value: float) -> Array:
    """The windows of a convolution or pool: (rows, columns, window height, window width, channels)."""
    top, left, bottom, right = layer.description["padding"]
    padded = np.pad(inputs.astype(np.float64), ((top, bottom), (left, right), (0, 0)), constant_values=padding_value)
    (height, width), (down, across) = layer.description["window"], layer.description["strides"]
    rows, columns = layer.shape[:2]
    return np.array(
        [[padded[r * down :, c * across :][:height, :width] for c in range(columns)] for r in range(rows)],
    )


def convolution(layer: Layer, inputs: Array, kernel: Array, bias: Array) -> Array:
    """Conv2D."""
    return np.einsum("rchwi,hwio->rco", windows(layer, inputs, 0), kernel.astype(np.float64)) + bias


def softmax(inputs: Array) -> Array:
    """Softmax of features."""
    exponentials = np.exp(inputs.astype(np.float64) - inputs.max())
    return exponentials / exponentials.sum()


RULES: dict[str, Callable[[Layer, Array], Array]] = {
    "MaxPooling2D": lambda layer, inputs: windows(layer, inputs, -np.inf).max((2, 3)),
    "AveragePooling2D": lambda layer, inputs: np.nanmean(windows(layer, inputs, np.nan), (2, 3)),
    "Flatten": lambda _, inputs: inputs.ravel(),
    "ReLU": lambda _, inputs: np.maximum(inputs, 0),
    "Sigmoid": lambda _, inputs: 1 / (1 + np.exp(-inputs.astype(np.float64))),
    "Rescaling": lambda layer, inputs: inputs * layer.description["scale"] + layer.description["offset"],
    "Threshold": lambda layer, inputs: inputs >= np.float32(layer.description["threshold"]),
    "Softmax": lambda _, inputs: softmax(inputs),
    "BoundingBoxPooling": lambda _, inputs: to_bitmap((inputs[..., 0] * 255).astype(np.uint8))[..., None],
}


def check_layers(explainer: Explainer, crop: Array) -> set[str]:
    """Recompute the activations of each layer from those of the layer that it reads; return the kinds."""
    activations = dict(zip((layer.name for layer in explainer.layers), explainer.activations(crop), strict=True))
    for layer in explainer.layers:
        actual = activations[layer.name]
        assert actual.shape == layer.shape
        assert actual.dtype == np.float32
        if layer.kind == "InputLayer":
            expected = crop[..., None] * layer.description.get("scale", 1.0)
        else:
            (name,) = layer.description["inputs"]
            inputs, kernel, bias = activations[name], explainer.kernel(layer), explainer.bias(layer)
            bias = np.zeros(layer.shape[-1]) if bias is None else bias
            if layer.kind == "Conv2D":
                expected = convolution(layer, inputs, kernel, bias)
            elif layer.kind == "Dense":
                expected = inputs.astype(np.float64) @ kernel + bias
            else:
                expected = RULES[layer.kind](layer, inputs)
        tolerance = 2e-5 * max(1.0, float(np.abs(actual).max()))
        np.testing.assert_allclose(actual, expected, atol=tolerance, err_msg=layer.name)
    return {layer.kind for layer in explainer.layers}
