"""Explainer: activations and weights by the tensor names of the card."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkling.errors import NoLayerOutputs
from inkling.explain.explainer import Explainer
from inkling.explain.layer import to_channels_last, to_keras_kernel
from inkling.models.predictor import Predictor
from tests.support.dataset_files import drawings
from tests.support.fake_model import fake_card, write_fake_model
from tests.support.layer_arithmetic import check_layers

SHIPPED = Path(__file__).parents[4] / "models" / "digits.onnx"
CROPS = drawings(3)[:, 2:26, 2:26]
LABELS = ["a", "b"]

Rows = list[dict[str, Any]]


def explain(path: Path) -> Explainer:
    """The explainer of a file."""
    return Explainer(path.read_bytes(), Predictor(path))


def test_every_layer_of_the_shipped_model_can_be_recomputed():
    """From the crop's pixels to the probabilities, which equal those of the predictor's session."""
    explainer, predictor = explain(SHIPPED), Predictor(SHIPPED)
    for crop in CROPS:
        kinds = check_layers(explainer, crop)
        probabilities = predictor.session.run(["probabilities"], {"images": crop[None, ..., None]})[0][0]
        np.testing.assert_allclose(explainer.activations(crop)[-1], probabilities, atol=1e-6)
    assert kinds == {"InputLayer", "Conv2D", "ReLU", "Flatten", "Dense", "Rescaling", "Softmax"}


def test_every_layer_of_the_fake_model_can_be_recomputed(tmp_path: Path):
    """Without a bias, a scale or a temperature."""
    explainer = explain(write_fake_model(tmp_path / "fake.onnx", LABELS))
    assert check_layers(explainer, CROPS[0]) == {"InputLayer", "Flatten", "Dense", "Softmax"}
    dense = explainer.layers[2]
    assert explainer.kernel(dense).shape == (576, 2)
    assert explainer.bias(dense) is None
    assert explainer.kernel(explainer.layers[0]) is None


def change_row(position: int, **fields: Any) -> Callable[[Rows], Any]:
    """A change of one row."""
    return lambda rows: [row | fields if index == position else row for index, row in enumerate(rows)]


BAD_ROWS: dict[str, Callable[[Rows], Any]] = {
    "none": lambda _: [],
    "no name": lambda rows: [*rows, {"tensors": {}}],
    "no inputs": lambda rows: [{key: value for key, value in row.items() if key != "inputs"} for row in rows],
    "no tensors": lambda rows: [{key: value for key, value in row.items() if key != "tensors"} for row in rows],
    "tensors are a list": change_row(0, tensors=["pixels"]),
    "no output": change_row(0, tensors={}),
    "an output that is a number": change_row(0, tensors={"output": 1}),
    "an unknown output": change_row(0, tensors={"output": "missing"}),
    "an unknown kernel": change_row(2, tensors={"output": "logits", "kernel": "missing"}),
    "a kernel that is a number": change_row(2, tensors={"output": "logits", "kernel": 5}),
    "an output of another size": change_row(1, output_shape=[575]),
    "two axes": change_row(1, output_shape=[24, 24]),
    "a shape of words": change_row(1, output_shape=["wide"]),
    "no shape": change_row(1, output_shape=None),
    "a negative shape": change_row(1, output_shape=[-1]),
    "a huge shape": change_row(1, output_shape=[2**62]),
}


@pytest.mark.parametrize("change", BAD_ROWS)
def test_a_model_without_usable_layers_is_refused(change: str, tmp_path: Path):
    """Whatever the card contains instead of them; predictions still work."""
    card = fake_card(LABELS)
    card["graph_layers"] = BAD_ROWS[change](card["graph_layers"])
    path = write_fake_model(tmp_path / "fake.onnx", LABELS, json.dumps(card))
    with pytest.raises(NoLayerOutputs):
        explain(path)
    assert Predictor(path).predict(drawings(1)).probabilities.shape == (1, 2)


def test_maps_are_returned_with_channels_last():
    """(1, channels, height, width) -> (height, width, channels), and kernels as Keras stores them."""
    values = np.arange(2 * 3 * 4, dtype=np.float32).reshape(1, 2, 3, 4)
    np.testing.assert_array_equal(to_channels_last(values, (3, 4, 2))[..., 1], values[0, 1])
    kernel = np.arange(5 * 2 * 3 * 4, dtype=np.float32).reshape(5, 2, 3, 4)
    assert to_keras_kernel(kernel).shape == (3, 4, 2, 5)
    assert to_keras_kernel(kernel)[2, 1, 0, 4] == kernel[4, 0, 2, 1]
