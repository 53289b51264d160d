"""/v2: the Open Inference Protocol, as described by its specification."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from inkling.models.smoke_test import smoke_image
from server.extensions import EXTENSION_KEY
from server.services.model_registry import LoadedModel
from tests.support.server_fixtures import MakeApp

INFER = "/v2/models/digits/infer"
LENGTH = "Inference-Header-Content-Length"
IMAGES = np.stack([smoke_image(), smoke_image().T])


@pytest.fixture
def model(app: Flask) -> LoadedModel:
    """The served model."""
    return app.extensions[EXTENSION_KEY].models.find(None)


def tensor(values: np.ndarray, name: str = "images", datatype: str = "UINT8", flat: bool = True) -> dict[str, Any]:
    """An input with its data in JSON."""
    data = values.ravel().tolist() if flat else values.tolist()
    return {"name": name, "datatype": datatype, "shape": list(values.shape), "data": data}


def infer(client: FlaskClient, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The JSON of a response."""
    response = client.post(INFER, json={"inputs": [values]} | more)
    assert response.status_code == 200, response.text
    return response.json


def output(response: dict[str, Any], name: str) -> Any:
    """The data of an output, in its shape."""
    (found,) = [each for each in response["outputs"] if each["name"] == name]
    return np.array(found["data"]).reshape(found["shape"])


def test_server_and_models_are_described(client: FlaskClient, model: LoadedModel) -> None:
    """With the version that may be addressed."""
    assert client.get("/v2").json["extensions"] == ["binary_tensor_data", "classification"]
    assert client.get("/v2/").status_code == 200
    assert client.get("/v2/health/live").json == {"live": True}
    assert client.get("/v2/health/ready").json == {"ready": True}
    assert client.get("/v2/models").json == {"models": ["digits"]}
    metadata = client.get("/v2/models/digits").json
    assert metadata["versions"] == [model.sha256[:12]]
    assert metadata["inputs"][0] == {"name": "images", "datatype": "UINT8", "shape": [-1, 28, 28]}
    for version in (model.sha256[:12], model.sha256):
        assert client.get(f"/v2/models/digits/versions/{version}").json == metadata
        assert client.get(f"/v2/models/digits/versions/{version}/ready").json == {"name": "digits", "ready": True}


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("datatype", ["UINT8", "FP32"])
def test_images_are_predicted_as_elsewhere(client: FlaskClient, model: LoadedModel, flat: bool, datatype: str) -> None:
    """Averaged over the card's crops."""
    expected = model.predictor.predict(IMAGES).probabilities
    response = infer(client, tensor(IMAGES, datatype=datatype, flat=flat), id="a-1", model_name="ignored")
    assert (response["id"], response["model_name"], response["model_version"]) == ("a-1", "digits", model.sha256[:12])
    np.testing.assert_allclose(output(response, "probabilities"), expected, atol=1e-6)
    labels = [model.predictor.card.labels[index] for index in expected.argmax(1)]
    assert output(response, "label").tolist() == labels
    assert output(response, "known").tolist() == model.predictor.card.is_known(expected).tolist()


def test_crops_are_predicted_as_they_are(client: FlaskClient, model: LoadedModel) -> None:
    """Without averaging."""
    size = model.predictor.card.crop_size
    crops = np.ascontiguousarray(IMAGES[:, 2 : 2 + size, 2 : 2 + size, None])
    expected = model.predictor.session.run(["probabilities"], {"images": crops})[0]
    response = infer(client, tensor(crops, "crops"), outputs=[{"name": "probabilities"}])
    assert len(response["outputs"]) == 1
    np.testing.assert_allclose(output(response, "probabilities"), expected, atol=1e-6)


def test_large_batches_are_predicted_in_parts(client: FlaskClient, model: LoadedModel) -> None:
    """In order."""
    images = np.concatenate([IMAGES] * 40)
    response = infer(client, tensor(images), outputs=[{"name": "probabilities"}])
    expected = model.predictor.predict(images).probabilities
    np.testing.assert_allclose(output(response, "probabilities"), expected, atol=1e-6)


@pytest.mark.parametrize("datatype", ["UINT8", "FP32"])
def test_binary_tensors(client: FlaskClient, model: LoadedModel, datatype: str) -> None:
    """In both directions: JSON, then the bytes of the tensors."""
    values = IMAGES.astype("<f4" if datatype == "FP32" else np.uint8).tobytes()
    given = {"name": "images", "datatype": datatype, "shape": [2, 28, 28], "parameters": {"binary_data_size": len(values)}}
    names = ("label", "probabilities", "known")
    outputs = [{"name": name, "parameters": {"binary_data": name != "known"}} for name in names]
    head = json.dumps({"inputs": [given], "outputs": outputs}).encode()
    response = client.post(INFER, data=head + values, headers={LENGTH: str(len(head))})
    length = int(response.headers[LENGTH])
    sent, content = json.loads(response.data[:length]), response.data[length:]
    expected = model.predictor.predict(IMAGES).probabilities
    labels = [model.predictor.card.labels[index].encode() for index in expected.argmax(1)]
    texts = b"".join(struct.pack("<I", len(label)) + label for label in labels)
    sizes = [each["parameters"]["binary_data_size"] for each in sent["outputs"][:2]]
    assert sizes == [len(texts), expected.size * 4]
    assert content[: sizes[0]] == texts
    np.testing.assert_allclose(np.frombuffer(content[sizes[0] :], "<f4").reshape(expected.shape), expected, atol=1e-6)
    assert sent["outputs"][2]["data"] == model.predictor.card.is_known(expected).tolist()


def test_binary_outputs_for_json_inputs(client: FlaskClient) -> None:
    """binary_data_output makes all outputs binary that do not say otherwise."""
    body = {"inputs": [tensor(IMAGES)], "parameters": {"binary_data_output": True}}
    response = client.post(INFER, json=body)
    head = json.loads(response.data[: int(response.headers[LENGTH])])
    assert all("data" not in each for each in head["outputs"])
    assert sum(each["parameters"]["binary_data_size"] for each in head["outputs"]) + int(response.headers[LENGTH]) == len(
        response.data
    )


def test_classification(client: FlaskClient, model: LoadedModel) -> None:
    """Triton's extension: the most probable classes as probability:index:label."""
    response = infer(client, tensor(IMAGES), outputs=[{"name": "probabilities", "parameters": {"classification": 3}}])
    best = output(response, "probabilities")
    assert best.shape == (2, 3)
    expected = model.predictor.predict(IMAGES).probabilities
    for row, texts in zip(expected, best, strict=True):
        values = [text.split(":") for text in texts]
        assert [int(index) for _, index, _ in values] == np.argsort(-row, kind="stable")[:3].tolist()
        assert all(model.predictor.card.labels[int(index)] == label for _, index, label in values)
        assert [float(value) for value, _, _ in values] == pytest.approx(sorted(row, reverse=True)[:3], abs=1e-6)


SMALL = {"name": "images", "datatype": "UINT8", "shape": [1, 28, 28], "data": [0] * 784}
WRONG: dict[str, Any] = {
    "no inputs": {},
    "two inputs": {"inputs": [SMALL, SMALL]},
    "an unknown name": {"inputs": [SMALL | {"name": "x"}]},
    "a list as name": {"inputs": [SMALL | {"name": []}]},
    "a side of 0": {"inputs": [SMALL | {"shape": [2**31 - 1, 2**31 - 1, 2**31 - 1, 0], "data": []}]},
    "numbers as text": {"inputs": [SMALL | {"data": ["5"] * 784}]},
    "booleans": {"inputs": [SMALL | {"data": [True] * 784}]},
    "an unknown datatype": {"inputs": [SMALL | {"datatype": "INT64"}]},
    "a datatype of another type": {"inputs": [SMALL | {"datatype": ["UINT8"]}]},
    "another shape": {"inputs": [SMALL | {"shape": [1, 28, 27], "data": [0] * 756}]},
    "an empty batch": {"inputs": [SMALL | {"shape": [0, 28, 28], "data": []}]},
    "a negative side": {"inputs": [SMALL | {"shape": [-1, 28, 28]}]},
    "a huge side": {"inputs": [SMALL | {"shape": [2**62, 28, 28]}]},
    "too few values": {"inputs": [SMALL | {"data": [0]}]},
    "text": {"inputs": [SMALL | {"data": ["0"] * 783 + ["x"]}]},
    "ragged rows": {"inputs": [SMALL | {"data": [[0], [0, 1]]}]},
    "null": {"inputs": [SMALL | {"data": None}]},
    "a level above 255": {"inputs": [SMALL | {"data": [256] * 784}]},
    "a fraction": {"inputs": [SMALL | {"data": [0.5] * 784}]},
    "a negative level": {"inputs": [SMALL | {"datatype": "FP32", "data": [-1] * 784}]},
    "a numeric id": {"id": 1, "inputs": [SMALL]},
    "an unknown output": {"inputs": [SMALL], "outputs": [{"name": "logits"}]},
    "an output twice": {"inputs": [SMALL], "outputs": [{"name": "label"}, {"name": "label"}]},
    "outputs as names": {"inputs": [SMALL], "outputs": ["label"]},
    "classes of labels": {"inputs": [SMALL], "outputs": [{"name": "label", "parameters": {"classification": 1}}]},
    "a text for a flag": {"inputs": [SMALL], "parameters": {"binary_data_output": "yes"}},
    "parameters as a list": {"inputs": [SMALL], "parameters": []},
    "a size without bytes": {"inputs": [SMALL | {"parameters": {"binary_data_size": 784}}]},
    "a size of another type": {"inputs": [SMALL | {"parameters": {"binary_data_size": "784"}}]},
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_requests_are_explained(client: FlaskClient, name: str) -> None:
    """With the protocol's error body."""
    response = client.post(INFER, json=WRONG[name])
    assert response.status_code == 400, response.text
    assert response.json.keys() == {"error"}
    assert isinstance(response.json["error"], str)


@pytest.mark.parametrize("length", ["-1", "x", "99999999", "9" * 5_000, "3"])
def test_wrong_header_lengths(client: FlaskClient, length: str) -> None:
    """Longer than the body, no number, or in the middle of the JSON."""
    response = client.post(INFER, json={"inputs": [SMALL]}, headers={LENGTH: length})
    assert (response.status_code, [*response.json]) == (400, ["error"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/models/none", 404),
        ("GET", "/v2/models/digits/versions/1", 404),
        ("POST", "/v2/models/none/infer", 404),
        ("GET", "/v2/nothing", 404),
        ("GET", INFER, 405),
    ],
)
def test_other_errors_have_the_same_body(client: FlaskClient, method: str, path: str, status: int) -> None:
    """Also those of the framework; elsewhere errors keep their own."""
    response = client.open(path, method=method)
    assert (response.status_code, [*response.json]) == (status, ["error"])
    assert isinstance(response.json["error"], str)
    assert client.get("/nothing").json["error"]["code"] == "not_found"


def test_not_ready_without_a_model(make_app: MakeApp, models_folder: Path) -> None:
    """Clients test the status."""
    (models_folder / "digits.onnx").unlink()
    client = make_app().test_client()
    response = client.get("/v2/health/ready")
    assert (response.status_code, response.json) == (503, {"ready": False})
    assert client.get("/v2/models/digits/ready").status_code == 503
