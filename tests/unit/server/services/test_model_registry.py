"""GET /models and /health: what is loaded, what is refused, and when the server is ready."""

import hashlib
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.assertions import assert_error
from tests.support.fake_model import fake_card, write_fake_model
from tests.support.pictures import encoded, seven
from tests.support.server_fixtures import MakeApp


def test_models_are_listed_with_what_tells_them_apart(client: FlaskClient, models_folder: Path):
    """Name, labels, fingerprint; and which one answers by default."""
    answer = client.get("/models").json
    assert answer["default"] == "digits"
    (model,) = answer["models"]
    assert model["name"] == "digits"
    assert model["labels"] == [str(digit) for digit in range(10)]
    assert model["crops"] == [[1, 1], [1, 3], [3, 1], [3, 3]]
    assert model["sha256"] == hashlib.sha256((models_folder / "digits.onnx").read_bytes()).hexdigest()


def test_the_card_is_as_it_stands_in_the_file(client: FlaskClient):
    """Every field, also those that serving does not need."""
    card = fake_card([str(digit) for digit in range(10)], "digits")
    assert client.get("/models/digits").json == card
    assert client.get("/models/digits/report").json == card["report"]


@pytest.mark.parametrize("path", ["/models/letters", "/models/letters/report", "/models/digits.onnx", "/models/.."])
def test_an_unknown_model_is_not_found(client: FlaskClient, path: str):
    """Only names of loaded models are known."""
    assert client.get(path).status_code == 404


def test_the_only_model_is_the_default(make_app: MakeApp, models_folder: Path):
    """Whatever it is called."""
    (models_folder / "digits.onnx").rename(models_folder / "letters.onnx")
    client = make_app().test_client()
    assert client.get("/models").json["default"] == "letters"
    assert client.post("/predict", data=encoded(seven())).json["model"] == "letters"


def test_a_model_answers_to_its_files_name(make_app: MakeApp, models_folder: Path):
    """Not to the one in its card, so that a file can be renamed; reports say it, too."""
    write_fake_model(models_folder / "copy.onnx", card=fake_card([str(digit) for digit in range(10)], "other"))
    client = make_app().test_client()
    assert [model["name"] for model in client.get("/models").json["models"]] == ["copy", "digits"]
    assert client.post("/predict?model=copy", data=encoded(seven())).json["model"] == "copy"
    body = {"images": [seven().tolist()], "labels": ["7"]}
    assert client.post("/evaluate?model=copy", json=body).json["model"] == "copy"


REFUSED = {
    "no card": {"card": ""},
    "no JSON": {"card": "{"},
    "an unknown version": {"card": fake_card(["a", "b"], card=2)},
    "labels that do not fit": {"labels": ["a", "b"], "outputs": 3},
    "another normalisation": {"card": fake_card(["a", "b"], image={"height": 28, "width": 28, "normalisation": 99})},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_refused_model_is_told_and_never_served(make_app: MakeApp, models_folder: Path, why: str):
    """The others are served, and ready says which file was refused and why."""
    arguments = REFUSED[why]
    labels = arguments.get("labels") or (arguments["card"]["labels"] if isinstance(arguments.get("card"), dict) else None)
    write_fake_model(models_folder / "broken.onnx", **arguments | {"labels": labels})
    client = make_app().test_client()
    ready = client.get("/health/ready").json
    assert ready["models"] == ["digits"]
    (refused,) = ready["refused"]
    assert refused["file"] == "broken.onnx"
    assert "Expected " in refused["reason"]
    assert_error(client.post("/predict?model=broken", data=encoded(seven())), 404, "unknown_model")


@pytest.mark.parametrize("name", ["no onnx.onnx", "-.onnx", "ä.onnx"])
def test_a_model_needs_a_plain_name(make_app: MakeApp, models_folder: Path, name: str):
    """Its name becomes part of addresses."""
    write_fake_model(models_folder / name)
    ready = make_app().test_client().get("/health/ready").json
    assert [each["file"] for each in ready["refused"]] == [name]


def test_a_file_that_is_being_written_is_not_looked_at(make_app: MakeApp, models_folder: Path):
    """An export writes under a hidden name first."""
    (models_folder / ".writing-1-digits.onnx").write_bytes(b"half")
    assert make_app().test_client().get("/health/ready").json["refused"] == []


def test_without_a_model_the_server_lives_but_is_not_ready(make_app: MakeApp, models_folder: Path):
    """Live is 200, ready and /predict are 503 and say why."""
    (models_folder / "digits.onnx").write_bytes(b"no model")
    client = make_app().test_client()
    assert client.get("/health/live").json == {"status": "live"}
    assert_error(client.get("/health/ready"), 503, "not_ready", "digits.onnx")
    assert_error(client.post("/predict", data=encoded(seven())), 503, "not_ready")
    assert_error(client.post("/evaluate", json={}), 503, "not_ready")
    assert_error(client.get("/models/digits"), 503, "not_ready")
    assert client.get("/models").json == {"default": None, "models": []}


def test_an_empty_folder_is_told(make_app: MakeApp, models_folder: Path):
    """The sentence says what is missing."""
    (models_folder / "digits.onnx").unlink()
    assert_error(make_app().test_client().get("/health/ready"), 503, "not_ready", "empty folder")


def test_a_card_may_hold_anything_beside_its_fields(make_app: MakeApp, models_folder: Path):
    """Numbers beyond 64 bits and texts in any script come through."""
    card = fake_card(["a", "b"], training={"note": "Größe ≥ 1", "seed": 2**63})
    write_fake_model(models_folder / "odd.onnx", labels=["a", "b"], card=json.dumps(card))
    assert make_app().test_client().get("/models/odd").json == card
