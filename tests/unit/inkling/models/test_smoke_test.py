"""load_verified: models that load but do not predict."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from inkling.errors import InvalidModel
from inkling.models.model_card import CARD_KEY
from inkling.models.predictor import Predictor
from inkling.models.smoke_example import SmokeExample
from inkling.models.smoke_test import load_verified, smoke_image, smoke_image_of
from tests.support.fake_model import CROP, fake_card, write_fake_model

LABELS = ["0", "1"]


def write_graph(path: Path, *nodes: onnx.NodeProto, **card: str) -> Path:
    """A model of these nodes: `images` or `flat`, float (N, 576), -> `probabilities`. `weights` has no row `outside`."""
    cast = helper.make_node("Cast", ["images"], ["pixels"], to=TensorProto.FLOAT)
    first = [cast, helper.make_node("Flatten", ["pixels"], ["flat"])]
    tensors = [
        numpy_helper.from_array(np.ones((CROP * CROP, 2), np.float32), "weights"),
        numpy_helper.from_array(np.array([CROP * CROP]), "outside"),
    ]
    graph = helper.make_graph(
        [*first, *nodes],
        "broken",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", CROP, CROP, 1])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 2])],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {CARD_KEY: json.dumps(fake_card(LABELS, **card))})
    onnx.save(model, path)
    return path


def test_model_that_predicts(tmp_path: Path) -> None:
    """It is returned."""
    assert load_verified(write_fake_model(tmp_path / "good.onnx", LABELS)).card.labels == LABELS


def test_prediction_for_the_image_of_the_card(tmp_path: Path) -> None:
    """It must be the one at export."""
    path, image = write_fake_model(tmp_path / "good.onnx", LABELS), smoke_image().T
    probabilities = Predictor(path).predict(image[None]).probabilities[0]
    smoke = SmokeExample(image, "1", probabilities)
    predictor = load_verified(write_fake_model(path, LABELS, fake_card(LABELS, smoke=smoke.to_json())))
    np.testing.assert_array_equal(smoke_image_of(predictor), image)
    changed = SmokeExample(image, "1", probabilities[::-1])
    with pytest.raises(InvalidModel, match="differs"):
        load_verified(write_fake_model(path, LABELS, fake_card(LABELS, smoke=changed.to_json())))


def test_sigmoids(tmp_path: Path) -> None:
    """Their sum doesn't matter if the card has them, but each must be a probability."""
    nodes = [helper.make_node("MatMul", ["flat", "weights"], ["scores"])]
    path = write_graph(
        tmp_path / "good.onnx", *nodes, helper.make_node("Sigmoid", ["scores"], ["probabilities"]), activation="sigmoid"
    )
    assert load_verified(path).predict(smoke_image()[None]).probabilities.sum() == pytest.approx(2)
    path = write_graph(
        tmp_path / "broken.onnx", *nodes, helper.make_node("Identity", ["scores"], ["probabilities"]), activation="sigmoid"
    )
    with pytest.raises(InvalidModel, match="between 0 and 1"):
        load_verified(path)


@pytest.mark.parametrize(
    ("kind", "message"), [("scores", "between 0 and 1"), ("not a number", "between 0 and 1"), ("sigmoids", "sum to 1")]
)
def test_outputs_that_are_no_probabilities(tmp_path: Path, kind: str, message: str) -> None:
    """Such as those of a model without softmax."""
    nodes = [helper.make_node("MatMul", ["flat", "weights"], ["scores"])]
    if kind != "not a number":
        operation = "Identity" if kind == "scores" else "Sigmoid"
        nodes += [helper.make_node(operation, ["scores"], ["probabilities"])]
    else:
        nodes += [helper.make_node("Sub", ["scores", "scores"], ["zero"])]
        nodes += [helper.make_node("Div", ["zero", "zero"], ["probabilities"])]
    with pytest.raises(InvalidModel, match=message):
        load_verified(write_graph(tmp_path / "broken.onnx", *nodes))


def test_model_that_fails(tmp_path: Path) -> None:
    """The runtime finds an index outside of its table only when it predicts."""
    rows = helper.make_node("Gather", ["weights", "last"], ["probabilities"])
    last = helper.make_node("ReduceMax", ["images"], ["maximum"], axes=[1, 2, 3], keepdims=0)
    index = helper.make_node("Cast", ["maximum"], ["number"], to=TensorProto.INT64)
    shifted = helper.make_node("Add", ["number", "outside"], ["last"])
    with pytest.raises(InvalidModel, match="failed to predict"):
        load_verified(write_graph(tmp_path / "broken.onnx", last, index, shifted, rows))
