"""LineNetwork: a second network in the metadata of a model's file."""

import base64
from pathlib import Path

import numpy as np
import pytest

from inkling.errors import InvalidModel
from inkling.models.line_network import LineNetwork
from inkling.models.predictor import Predictor
from tests.support.fake_model import fake_line_network, write_fake_model

LABELS = list("0123456789")


def encode(data: bytes) -> str:
    """As in the metadata."""
    return base64.b64encode(data).decode()


def test_predictor_loads_it(tmp_path: Path) -> None:
    """Its steps are log probabilities; an odd width is padded."""
    path = write_fake_model(tmp_path / "m.onnx", line_network=encode(fake_line_network(LABELS)))
    network = Predictor(path).line_network
    assert network is not None
    assert network.labels == LABELS
    output = network.predict(np.full((28, 31), 200, np.uint8))
    assert output.shape == (32, 12)
    assert output.dtype == np.float32
    np.testing.assert_allclose(np.exp(output).sum(1), 1, rtol=1e-5)


def test_models_without_one(tmp_path: Path) -> None:
    """Most models."""
    assert Predictor(write_fake_model(tmp_path / "m.onnx")).line_network is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not base64!", "isn't valid base64"),
        (encode(b"nonsense"), "can load"),
        (encode(fake_line_network(["a", "b"])), "the model's labels"),
        (encode(fake_line_network(LABELS, classes=11)), "one output"),
        (encode(fake_line_network(LABELS, height=32)), "one input"),
    ],
)
def test_damaged_ones_are_rejected(tmp_path: Path, text: str, message: str) -> None:
    """With the file, in one sentence."""
    path = write_fake_model(tmp_path / "m.onnx", line_network=text)
    with pytest.raises(InvalidModel, match=rf"m\.onnx: Its line network .*{message}"):
        Predictor(path)


def test_bytes_can_be_loaded_directly() -> None:
    """As the trainer does after an export."""
    assert LineNetwork(fake_line_network(LABELS), LABELS).labels == LABELS
