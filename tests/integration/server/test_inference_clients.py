"""The Open Inference Protocol with the clients of Triton and KServe."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkling.models.predictor import Predictor
from inkling.models.repository import ModelRepository, file_sha256
from inkling.models.smoke_test import smoke_image
from tests.support.client_environment import client_python
from tests.support.fake_model import write_fake_model
from tests.support.server_process import ServerProcess

pytestmark = pytest.mark.slow

CLIENTS = Path(__file__).parent / "clients"
MODELS = Path(__file__).parents[3] / "models"
IMAGES = np.stack([smoke_image(), smoke_image().T, smoke_image()[::-1]])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with the shipped model and a previous version of it."""
    folder = tmp_path_factory.mktemp("server")
    models = folder / "models"
    models.mkdir()
    for file in (write_fake_model(folder / "previous.onnx"), MODELS / "digits.onnx"):
        ModelRepository(models).publish(file, "digits")
    with ServerProcess(models, folder, "--workers", "1") as running:
        yield running


def use_client(name: str, server: ServerProcess, folder: Path) -> dict[str, Any]:
    """Run a client's program; what it printed."""
    images = folder / "images.npy"
    np.save(images, IMAGES)
    python, program = client_python(CLIENTS / f"{name}.txt"), CLIENTS / f"{name}.py"
    command = [str(python), str(program), f"127.0.0.1:{server.port}", str(images)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def assert_predictions(found: dict[str, Any], count: int) -> None:
    """All of them are those of the model."""
    assert (found["live"], found["ready"], found["model_ready"]) == (True, True, True)
    predictor = Predictor(MODELS / "digits.onnx")
    expected = predictor.predict(IMAGES).probabilities
    labels = [predictor.card.labels[index] for index in expected.argmax(1)]
    assert len(found["predictions"]) == count
    for request_id, predicted, probabilities in found["predictions"]:
        assert (request_id, predicted) == ("a-1", labels)
        np.testing.assert_allclose(np.reshape(probabilities, expected.shape), expected, atol=1e-6)


def test_triton(server: ServerProcess, tmp_path: Path):
    """JSON and binary tensors in both directions, versions, classification, and an error."""
    found = use_client("triton", server, tmp_path)
    assert_predictions(found, 8)
    best = [[int(text.split(":")[1]) for text in row] for row in found["classes"][0]]
    assert best == np.argsort(-Predictor(MODELS / "digits.onnx").predict(IMAGES).probabilities, 1)[:, :2].tolist()
    assert all(classes == found["classes"][0] for classes in found["classes"])
    versions = [file_sha256(MODELS / "digits.onnx"), file_sha256(server.log.parent / "previous.onnx")]
    assert found["versions"] == [[True, sha256[:12]] for sha256 in versions]
    assert "There is no model 'none'" in found["error"]


def test_kserve(server: ServerProcess, tmp_path: Path):
    """JSON and binary tensors."""
    assert_predictions(use_client("kserve", server, tmp_path), 2)
