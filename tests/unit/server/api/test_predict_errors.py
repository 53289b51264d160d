"""POST /predict: errors."""

import io
import json
from copy import deepcopy

import numpy as np
import pytest
from flask.testing import FlaskClient

from tests.support.assertions import assert_error
from tests.support.fake_model import write_fake_model
from tests.support.malformed_bodies import MALFORMED_BODIES, REPRESENTATIVES, raw_json
from tests.support.pictures import draw_seven, encode_picture, to_base64
from tests.support.server_fixtures import MakeApp

PNG = encode_picture(draw_seven())
ROWS = draw_seven()[::4, ::4].tolist()


@pytest.mark.parametrize("name", REPRESENTATIVES)
def test_malformed_body_is_refused(client: FlaskClient, name: str):
    """A few representatives; the parser has tests of its own."""
    arguments, status, code = deepcopy(MALFORMED_BODIES[name])
    assert_error(client.post("/predict", **arguments), status, code)


INVALID_QUERIES = {
    "crops=2": "crops",
    "crops=": "crops",
    "crops=ALL": "crops",
    "crops=1&crops=4": "crops",
    "show=crops": "show",
    "show=": "show",
    "mode=fast": "mode",
    "Crops=1": "Crops",
}


@pytest.mark.parametrize("query", INVALID_QUERIES)
def test_invalid_query_is_refused(client: FlaskClient, query: str):
    """The message names the parameter."""
    answer = client.post(f"/predict?{query}", data=PNG, content_type="image/png")
    assert_error(answer, 400, "invalid_input", INVALID_QUERIES[query])


def test_unknown_model(client: FlaskClient):
    """The message lists the loaded models."""
    assert_error(client.post("/predict?model=letters", data=PNG), 404, "model_not_found", "letters", "digits")


def test_model_is_required_without_default(make_app: MakeApp, models_folder):
    """With two models, neither of them the configured default."""
    write_fake_model(models_folder / "letters.onnx", labels=["a", "b"])
    client = make_app(model="numbers").test_client()
    assert_error(client.post("/predict", data=PNG), 400, "invalid_input", "digits, letters")
    assert client.post("/predict?model=letters", data=PNG).json["labels"] == ["a", "b"]


def test_error_names_the_picture(client: FlaskClient):
    """In every format with several pictures."""
    blank = np.full((30, 30), 255, np.uint8)
    several = {"image": [(io.BytesIO(data), "a.png") for data in (PNG, PNG, encode_picture(blank), PNG, PNG)]}
    assert_error(client.post("/predict", data=several), 422, "empty_picture", "3 of 5")
    images = {"images": [to_base64(PNG), to_base64(b"nothing")]}
    assert_error(client.post("/predict", json=images), 415, "unsupported_picture", "2 of 2")
    pixels = {"pixels": [ROWS, ROWS, [[0, 300]]]}
    assert_error(client.post("/predict", json=pixels), 400, "invalid_input", "3 of 3", "300")


def test_limits_are_enforced(make_app: MakeApp):
    """Limits of bytes, pictures, pixels, points and JSON values."""
    client = make_app(
        max_predict_bytes=20_000, max_pictures=2, max_picture_pixels=60_000, max_points=6, max_predict_values=5_000
    ).test_client()
    assert client.post("/predict", data=PNG).status_code == 200
    assert client.post("/predict", json={"strokes": [[[n, n * n] for n in range(6)]]}).status_code == 200
    assert_error(client.post("/predict", data=b"x" * 20_001), 413, "too_large")
    assert_error(client.post("/predict", json={"image": "x" * 20_001}), 413, "too_large")
    assert_error(client.post("/predict", json={"images": [to_base64(PNG)] * 3}), 413, "too_large")
    assert_error(client.post("/predict", json={"strokes": [[[n, n] for n in range(7)]]}), 413, "too_large")
    assert_error(client.post("/predict", data=encode_picture(np.zeros((300, 201), np.uint8))), 413, "too_large")
    assert_error(client.post("/predict", **raw_json(json.dumps({"pixels": [[0] * 5_002]}))), 413, "too_large")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # werkzeug leaves the file it reads unclosed
def test_too_many_files_are_refused(make_app: MakeApp):
    """Also more than werkzeug parses."""
    client = make_app(max_pictures=2).test_client()
    for count in (3, 20):
        files = {"image": [(io.BytesIO(PNG), "a.png") for _ in range(count)]}
        assert_error(client.post("/predict", data=files), 413, "too_large")


@pytest.mark.parametrize("opening", ["[", '{"pixels":[', '{"a":'])
def test_deep_nesting_is_refused(client: FlaskClient, opening: str):
    """A hundred thousand levels."""
    assert_error(client.post("/predict", **raw_json(opening * 100_000)), 400, "invalid_json")


def test_chunked_body_is_refused(client: FlaskClient):
    """If the WSGI server passes it on."""
    answer = client.post("/predict", input_stream=io.BytesIO(PNG), headers={"Transfer-Encoding": "chunked"})
    assert_error(answer, 411, "length_required")
