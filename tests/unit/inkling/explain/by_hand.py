"""By hand: each kind of layer computed in numpy from what is told of it, as the page does, window by window."""

from collections.abc import Callable

import numpy as np

from inkling.explain.layer import Layer

Array = np.ndarray
COMPARE = {">=": np.greater_equal, ">": np.greater, "<=": np.less_equal, "<": np.less}


def windows(layer: Layer, given: Array, outside: float) -> np.ndarray:
    """(rows, columns, window height, window width, channels) of what the windows see; `outside` where they look beyond."""
    top, left, bottom, right = layer.facts["padding"]
    padded = np.pad(given.astype(np.float64), ((top, bottom), (left, right), (0, 0)), constant_values=outside)
    (height, width), (down, across) = layer.facts["window"], layer.facts["strides"]
    far_down, far_across = layer.facts.get("dilations", (1, 1))
    rows, columns = layer.shape[:2]
    seen = [
        [
            padded[r * down :, c * across :][: height * far_down : far_down, : width * far_across : far_across]
            for c in range(columns)
        ]
        for r in range(rows)
    ]
    return np.array(seen)


def convolution(layer: Layer, given: Array) -> Array:
    """Conv2D and DepthwiseConv2D: every output channel sees the inputs of its group."""
    seen, groups = windows(layer, given, 0), layer.facts.get("groups", 1)
    ours = np.split(layer.kernel.astype(np.float64), groups, axis=3)
    parts = [
        np.einsum("rchwi,hwio->rco", part, kernel) for part, kernel in zip(np.split(seen, groups, axis=4), ours, strict=True)
    ]
    return np.concatenate(parts, axis=2) + (0 if layer.bias is None else layer.bias)


def mean(layer: Layer, given: Array) -> Array:
    """AveragePooling2D."""
    if layer.facts.get("padding_counts"):
        return windows(layer, given, 0).mean((2, 3))
    return np.nanmean(windows(layer, given, np.nan), (2, 3))


def softmax(_: Layer, given: Array) -> Array:
    """Softmax of features."""
    powers = np.exp(given.astype(np.float64) - given.max())
    return powers / powers.sum()


def dense(layer: Layer, given: Array) -> Array:
    """Dense."""
    return given.astype(np.float64) @ layer.kernel + (0 if layer.bias is None else layer.bias)


def affine(layer: Layer, given: Array) -> Array:
    """BatchNormalization and Rescaling."""
    return given * np.float64(layer.facts["scale"]) + np.float64(layer.facts["offset"])


RULES: dict[str, Callable[[Layer, Array], Array]] = {
    "Conv2D": convolution,
    "DepthwiseConv2D": convolution,
    "MaxPooling2D": lambda layer, given: windows(layer, given, -np.inf).max((2, 3)),
    "AveragePooling2D": mean,
    "GlobalAveragePooling2D": lambda _, given: given.mean((0, 1)),
    "GlobalMaxPooling2D": lambda _, given: given.max((0, 1)),
    "Flatten": lambda _, given: given.ravel(),
    "Dense": dense,
    "ReLU": lambda _, given: np.maximum(given, 0),
    "Sigmoid": lambda _, given: 1 / (1 + np.exp(-given.astype(np.float64))),
    "Tanh": lambda _, given: np.tanh(given),
    "BatchNormalization": affine,
    "Rescaling": affine,
    "Threshold": lambda layer, given: COMPARE[layer.facts["comparison"]](given, np.float32(layer.facts["threshold"])),
    "Softmax": softmax,
    "Share": lambda layer, given: given / max(given.sum(), layer.facts["least"]),
}


def check(layers: list[Layer], made: list[Array], crop: Array) -> set[str]:
    """Compute each layer whose rule is known from those that it reads: the kinds that were. The others have the shape told."""
    first = crop[..., None] * layers[0].facts.get("scale", 1.0)
    np.testing.assert_allclose(made[0], first, rtol=1e-6)
    done = {layers[0].kind}
    for position, (layer, values) in enumerate(zip(layers, made, strict=True)):
        assert values.shape == layer.shape
        assert values.dtype == np.float32
        assert all(at < position for at in layer.inputs)
        if layer.kind in RULES and position:
            (given,) = (made[at] for at in layer.inputs)
            size = max(1.0, float(np.abs(values).max()))
            np.testing.assert_allclose(RULES[layer.kind](layer, given), values, atol=2e-5 * size, err_msg=layer.name)
            done.add(layer.kind)
    return done
