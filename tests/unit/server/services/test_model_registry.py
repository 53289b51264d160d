"""ModelRegistry, through /models and /health."""

import hashlib
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.assertions import assert_error
from tests.support.fake_model import fake_card, write_fake_model
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_fixtures import MakeApp


def test_list_models(client: FlaskClient, models_folder: Path):
    """With name, labels, hash, and the default model."""
    answer = client.get("/models").json
    assert answer["default"] == "digits"
    (model,) = answer["models"]
    assert model["name"] == "digits"
    assert model["labels"] == [str(digit) for digit in range(10)]
    assert model["crops"] == [[1, 1], [1, 3], [3, 1], [3, 3]]
    assert model["sha256"] == hashlib.sha256((models_folder / "digits.onnx").read_bytes()).hexdigest()


def test_card_is_returned_unchanged(client: FlaskClient):
    """Every field of the file."""
    card = fake_card([str(digit) for digit in range(10)], "digits")
    assert client.get("/models/digits").json == card
    assert client.get("/models/digits/report").json == card["report"]


@pytest.mark.parametrize("path", ["/models/letters", "/models/letters/report", "/models/digits.onnx", "/models/.."])
def test_unknown_model(client: FlaskClient, path: str):
    """Only names of loaded models."""
    assert client.get(path).status_code == 404


def test_only_model_is_the_default(make_app: MakeApp, models_folder: Path):
    """Whatever its name."""
    (models_folder / "digits.onnx").rename(models_folder / "letters.onnx")
    client = make_app().test_client()
    assert client.get("/models").json["default"] == "letters"
    assert client.post("/predict", data=encode_picture(draw_seven())).json["model"] == "letters"


def test_model_has_the_name_of_its_file(make_app: MakeApp, models_folder: Path):
    """Not the one in its card."""
    write_fake_model(models_folder / "copy.onnx", card=fake_card([str(digit) for digit in range(10)], "other"))
    client = make_app().test_client()
    assert [model["name"] for model in client.get("/models").json["models"]] == ["copy", "digits"]
    assert client.post("/predict?model=copy", data=encode_picture(draw_seven())).json["model"] == "copy"
    body = {"images": [draw_seven().tolist()], "labels": ["7"]}
    assert client.post("/evaluate?model=copy", json=body).json["model"] == "copy"


REJECTED = {
    "no card": {"card": ""},
    "no JSON": {"card": "{"},
    "an unknown version": {"card": fake_card(["a", "b"], card=2)},
    "labels that do not fit": {"labels": ["a", "b"], "outputs": 3},
    "another normalization": {"card": fake_card(["a", "b"], image={"height": 28, "width": 28, "normalization": 99})},
}


@pytest.mark.parametrize("why", REJECTED)
def test_rejected_model_is_reported(make_app: MakeApp, models_folder: Path, why: str):
    """Others are served."""
    arguments = REJECTED[why]
    labels = arguments.get("labels") or (arguments["card"]["labels"] if isinstance(arguments.get("card"), dict) else None)
    write_fake_model(models_folder / "broken.onnx", **arguments | {"labels": labels})
    client = make_app().test_client()
    ready = client.get("/health/ready").json
    assert ready["models"] == ["digits"]
    (rejected,) = ready["rejected"]
    assert rejected["file"] == "broken.onnx"
    assert rejected["reason"]
    assert_error(client.post("/predict?model=broken", data=encode_picture(draw_seven())), 404, "model_not_found")


@pytest.mark.parametrize("name", ["no onnx.onnx", "-.onnx", "ä.onnx"])
def test_invalid_file_name_is_rejected(make_app: MakeApp, models_folder: Path, name: str):
    """Names become part of URLs."""
    write_fake_model(models_folder / name)
    ready = make_app().test_client().get("/health/ready").json
    assert [each["file"] for each in ready["rejected"]] == [name]


def test_hidden_files_are_ignored(make_app: MakeApp, models_folder: Path):
    """An export writes to a hidden file first."""
    (models_folder / ".writing-1-digits.onnx").write_bytes(b"half")
    assert make_app().test_client().get("/health/ready").json["rejected"] == []


def test_not_ready_without_a_model(make_app: MakeApp, models_folder: Path):
    """Live is 200; ready and /predict are 503."""
    (models_folder / "digits.onnx").write_bytes(b"no model")
    client = make_app().test_client()
    assert client.get("/health/live").json == {"status": "live"}
    assert_error(client.get("/health/ready"), 503, "not_ready")
    assert_error(client.post("/predict", data=encode_picture(draw_seven())), 503, "not_ready")
    assert_error(client.post("/evaluate", json={}), 503, "not_ready")
    assert_error(client.get("/models/digits"), 503, "not_ready")
    assert client.get("/models").json == {"default": None, "models": []}


def test_empty_folder_is_not_ready(make_app: MakeApp, models_folder: Path):
    """503."""
    (models_folder / "digits.onnx").unlink()
    assert_error(make_app().test_client().get("/health/ready"), 503, "not_ready")


def test_card_with_extra_fields(make_app: MakeApp, models_folder: Path):
    """Integers beyond 64 bits and any script."""
    card = fake_card(["a", "b"], training={"note": "Größe ≥ 1", "seed": 2**63})
    write_fake_model(models_folder / "odd.onnx", labels=["a", "b"], card=json.dumps(card))
    assert make_app().test_client().get("/models/odd").json == card
