"""Linear classifiers of scikit-learn's digits as ONNX files of other programs: of any layout, type, polarity and output."""

from functools import cache
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from trainer.data.spec import load

LABELS = [str(digit) for digit in range(10)]
SHARPNESS = 10.0


@cache
def linear_weights(side: int, ink: str) -> tuple[np.ndarray, np.ndarray]:
    """Weights (side * side, 10) and bias (10,) for pixels of 0 to 1, by least squares on the first 1,200 digits."""
    dataset = load("digits")
    images = [_fit(image, side) for image in dataset.images[:1200]]
    pixels = np.stack(images).reshape(len(images), -1) / 255
    pixels = 1 - pixels if ink == "dark" else pixels
    inputs = np.hstack([pixels, np.ones((len(pixels), 1))])
    targets = np.eye(10)[dataset.targets[:1200]]
    solved = SHARPNESS * np.linalg.solve(inputs.T @ inputs + 3 * np.eye(inputs.shape[1]), inputs.T @ targets)
    return solved[:-1].astype(np.float32), solved[-1].astype(np.float32)


def _fit(image: np.ndarray, side: int) -> np.ndarray:
    """The center of an image, or all of it resized: uint8 (side, side)."""
    if side == 24:
        return image[2:26, 2:26]
    return np.array(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR))


def write_foreign_model(
    path: Path,
    shape: tuple[int | str, ...] = ("batch", 1, 28, 28),
    side: int = 28,
    ink: str = "light",
    factor: float = 1.0,
    channels: int = 1,
    kind: int = TensorProto.FLOAT,
    activation: str | None = None,
    opset: int = 17,
    extra_output: bool = False,
) -> Path:
    """Write the model. factor: 255 for pixels of 0 to 255. activation: an ONNX operation after the logits."""
    weights, bias = linear_weights(side, ink)
    if channels == 3:  # each channel counts a third
        repeated = np.tile(weights, (3, 1)) if shape[1] == 3 else np.repeat(weights, 3, 0)
        weights = repeated / 3
    nodes = [
        helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["floats"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["products"]),
        helper.make_node("Add", ["products", "bias"], ["logits"]),
    ]
    output = "logits"
    if activation:
        nodes.append(helper.make_node(activation, ["logits"], ["scores"]))
        output = "scores"
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", 10])]
    if extra_output:
        outputs.append(helper.make_tensor_value_info("flat", TensorProto.FLOAT, ["batch", None]))
    graph = helper.make_graph(
        nodes,
        "foreign",
        [helper.make_tensor_value_info("images", kind, shape)],
        outputs,
        [numpy_helper.from_array(weights / np.float32(factor), "weights"), numpy_helper.from_array(bias, "bias")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8, producer_name="another")
    onnx.save(model, path)
    return path
