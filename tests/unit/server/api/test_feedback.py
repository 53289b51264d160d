"""/feedback: pictures with their correct labels."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from inkling.models.repository import file_sha256
from inkling.models.smoke_test import SMOKE_STROKES
from tests.support.assertions import assert_error
from tests.support.pictures import draw_seven, encode_picture, to_base64
from tests.support.server_fixtures import MakeApp

PNG = encode_picture(draw_seven())
POINTS = [stroke.tolist() for stroke in SMOKE_STROKES]
IMAGE = {"Content-Type": "image/png"}
DIGEST = "ab" * 32


def upload(**fields: str) -> dict:
    """A form with the picture and text fields."""
    return {"data": {"image": (io.BytesIO(PNG), "a.png"), **fields}}


FORMS: dict[str, Callable[[], tuple[str, dict]]] = {
    "body": lambda: ("/feedback?label=7", {"data": PNG, "headers": IMAGE}),
    "bytes": lambda: ("/feedback?label=7", {"data": PNG}),
    "form": lambda: ("/feedback", upload(label="7")),
    "form and query": lambda: ("/feedback?label=7", upload()),
    "base64": lambda: ("/feedback", {"json": {"image": to_base64(PNG), "label": "7"}}),
    "data URL": lambda: ("/feedback", {"json": {"image": f"data:image/png;base64,{to_base64(PNG)}", "label": 7}}),
    "pixels": lambda: ("/feedback?label=7", {"json": {"pixels": draw_seven().tolist()}}),
    "strokes": lambda: ("/feedback", {"json": {"strokes": POINTS, "label": "7"}}),
}


@pytest.mark.parametrize("form", FORMS)
def test_all_request_formats_are_stored(client: FlaskClient, models_folder, form: str):
    """With the prediction of the model and its version, under the URL in Location."""
    path, arguments = FORMS[form]()
    answer = client.post(path, **arguments)
    assert answer.status_code == 201, answer.text
    prediction = client.post("/predict", data=PNG, headers=IMAGE).json["predictions"][0]
    stored = answer.json
    assert stored["label"] == "7"
    assert (stored["predicted"], stored["confidence"]) == (prediction["label"], prediction["confidence"])
    assert (stored["model"], stored["sha256"]) == ("digits", file_sha256(models_folder / "digits.onnx"))
    assert stored["image"] == normalize(draw_seven()).tolist()
    assert stored["strokes"] == (POINTS if form == "strokes" else None)
    assert stored["points"] == (len(POINTS[0]) if form == "strokes" else 0)
    assert answer.headers["Location"] == f"/feedback/{stored['id']}"
    assert client.get(answer.headers["Location"]).json == stored
    picture = client.get(f"{answer.headers['Location']}/picture")
    assert picture.mimetype == "image/png"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(picture.data))), draw_seven())


def test_equal_pictures_are_one_drawing(client: FlaskClient):
    """201 first, 200 afterwards; the label is updated."""
    codes = []
    for number, make in enumerate(FORMS.values()):
        path, arguments = make()
        codes.append(client.post(path, **arguments).status_code)
        assert client.get("/feedback").json["n"] == 1, number
    assert codes == [201] + [200] * (len(FORMS) - 1)
    assert client.post("/feedback?label=1", data=PNG, headers=IMAGE).json["label"] == "1"
    assert [each["label"] for each in client.get("/feedback").json["feedback"]] == ["1"]


def test_sent_prediction_is_stored_unchanged(client: FlaskClient):
    """Missing values are not filled in."""
    prediction_sent = {"predicted": "1", "model": "elsewhere", "sha256": DIGEST}
    stored = client.post("/feedback", json={"strokes": POINTS, "label": "7", **prediction_sent}).json
    assert {name: stored[name] for name in prediction_sent} == prediction_sent
    assert stored["confidence"] is None
    stored = client.post("/feedback?predicted=2&label=7", json={"strokes": POINTS}).json
    assert (stored["predicted"], stored["model"], stored["sha256"]) == ("2", None, None)


def test_feedback_works_without_a_model(make_app: MakeApp, models_folder):
    """The prediction is null."""
    (models_folder / "digits.onnx").unlink()
    answer = make_app().test_client().post("/feedback?label=7", data=PNG, headers=IMAGE)
    assert answer.status_code == 201
    assert (answer.json["predicted"], answer.json["model"], answer.json["sha256"]) == (None, None, None)


def test_list_and_delete(client: FlaskClient):
    """In pages, newest first."""
    ids = []
    for number in range(5):
        strokes = [[[0, 0], [10, 10 * number]], [[5, 20], [0, 20 - number]]]
        ids.append(client.post("/feedback", json={"strokes": strokes, "label": number}).json["id"])
    assert len(set(ids)) == 5
    seen, query = [], "limit=2"
    while query:
        answer = client.get(f"/feedback?{query}").json
        seen += [each["id"] for each in answer["feedback"]]
        query = answer["next"] and f"limit=2&before={answer['next']}"
    assert seen == ids[::-1]
    removed = client.delete(f"/feedback/{ids[2]}")
    assert (removed.status_code, removed.data) == (204, b"")
    assert_error(client.delete(f"/feedback/{ids[2]}"), 404, "feedback_not_found")
    assert_error(client.get(f"/feedback/{ids[2]}"), 404, "feedback_not_found")
    assert_error(client.get(f"/feedback/{ids[2]}/picture"), 404, "feedback_not_found")
    assert client.get("/feedback").json["n"] == 4
    assert "inkling_feedback_drawings 4.0" in client.get("/metrics").text


def test_photograph_is_stored_reduced(client: FlaskClient):
    """Its longer side has at most 512 pixels; the image is made from the full picture."""
    large = np.asarray(Image.fromarray(draw_seven()).resize((1_400, 2_000)))
    stored = client.post("/feedback?label=7", data=encode_picture(large, "JPEG"), content_type="image/jpeg").json
    picture = Image.open(io.BytesIO(client.get(f"/feedback/{stored['id']}/picture").data))
    assert 256 < max(picture.size) <= 512
    assert np.abs(normalize(np.asarray(picture)).astype(int) - np.array(stored["image"])).mean() < 10


def test_full_store_refuses_new_drawings(make_app: MakeApp):
    """Stored drawings can still be updated."""
    client = make_app(max_feedback=1).test_client()
    assert client.post("/feedback?label=7", data=PNG, headers=IMAGE).status_code == 201
    other = encode_picture(rasterize([np.array([[0.0, 0.0], [9.0, 9.0]])]))
    assert_error(client.post("/feedback?label=1", data=other, headers=IMAGE), 409, "feedback_full")
    assert client.post("/feedback?label=1", data=PNG, headers=IMAGE).status_code == 200


BLANK = encode_picture(np.full((40, 40), 255, np.uint8))
BAD = {
    "no label": ("/feedback", {"data": PNG, "headers": IMAGE}, 400, "invalid_input"),
    "no label in JSON": ("/feedback", {"json": {"strokes": POINTS}}, 400, "invalid_input"),
    "a label twice": ("/feedback?label=7", {"json": {"strokes": POINTS, "label": "7"}}, 400, "invalid_input"),
    "a label twice in the query": ("/feedback?label=7&label=7", {"data": PNG, "headers": IMAGE}, 400, "invalid_input"),
    "a blank label": ("/feedback?label=%20", {"data": PNG, "headers": IMAGE}, 422, "invalid_dataset"),
    "a label with a control code": ("/feedback", {"json": {"strokes": POINTS, "label": "7\0"}}, 422, "invalid_dataset"),
    "a long label": ("/feedback", {"json": {"strokes": POINTS, "label": "7" * 101}}, 422, "invalid_dataset"),
    "a label that is none": ("/feedback", {"json": {"strokes": POINTS, "label": ["7"]}}, 400, "invalid_input"),
    "a boolean": ("/feedback", {"json": {"strokes": POINTS, "label": True}}, 400, "invalid_input"),
    "null": ("/feedback", {"json": {"strokes": POINTS, "label": "7", "predicted": None}}, 400, "invalid_input"),
    "an unknown model": ("/feedback?label=7&model=letters", {"data": PNG, "headers": IMAGE}, 404, "model_not_found"),
    "a path for a model": ("/feedback?label=7&predicted=1&model=../x", {"data": PNG, "headers": IMAGE}, 400, "invalid_input"),
    "no fingerprint": ("/feedback?label=7&predicted=1&sha256=xyz", {"data": PNG, "headers": IMAGE}, 400, "invalid_input"),
    "a fingerprint of nothing": (f"/feedback?label=7&sha256={DIGEST}", {"data": PNG, "headers": IMAGE}, 400, "invalid_input"),
    "another parameter": ("/feedback?label=7&crops=1", {"data": PNG, "headers": IMAGE}, 400, "invalid_input"),
    "no picture": ("/feedback?label=7", {"data": b"", "headers": IMAGE}, 400, "invalid_input"),
    "no picture in JSON": ("/feedback", {"json": {"label": "7"}}, 400, "invalid_input"),
    "two pictures": ("/feedback", {"json": {"label": "7", "strokes": POINTS, "pixels": [[0]]}}, 400, "invalid_input"),
    "several pictures": ("/feedback", {"json": {"label": "7", "images": [to_base64(PNG)]}}, 400, "invalid_input"),
    "no ink": ("/feedback?label=7", {"data": BLANK, "headers": IMAGE}, 422, "empty_picture"),
    "a pen that never touched": ("/feedback?label=7", {"json": {"strokes": [[]]}}, 422, "empty_picture"),
    "no picture at all": ("/feedback?label=7", {"data": b"GIF89a", "headers": IMAGE}, 415, "unsupported_picture"),
    "half a picture": ("/feedback?label=7", {"data": PNG[: len(PNG) // 2], "headers": IMAGE}, 422, "corrupt_picture"),
    "text": ("/feedback?label=7", {"data": "7", "content_type": "text/plain"}, 415, "unsupported_media_type"),
    "no JSON": ("/feedback?label=7", {"data": "{", "content_type": "application/json"}, 400, "invalid_json"),
    "a list": ("/feedback?label=7", {"json": []}, 400, "invalid_input"),
    "a form without a file": (
        "/feedback",
        {"data": {"label": "7"}, "content_type": "multipart/form-data"},
        400,
        "invalid_input",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_invalid_request_is_refused(client: FlaskClient, what: str):
    """Nothing is stored."""
    path, arguments, status, code = BAD[what]
    assert_error(client.post(path, **arguments), status, code)
    assert client.get("/feedback").json["n"] == 0


FORM_FIELDS = [{"writer": "anna", "label": "7"}, {"label": "7", "images": (io.BytesIO(PNG), "b.png")}]


@pytest.mark.parametrize("fields", FORM_FIELDS, ids=["a field more", "a file more"])
def test_unknown_form_fields_are_refused(client: FlaskClient, fields: dict):
    """Text fields and files."""
    assert_error(client.post("/feedback", **upload(**fields)), 400, "invalid_input")


@pytest.mark.parametrize("path", ["/feedback?limit=0", "/feedback?limit=501", "/feedback?label=7", "/feedback/0?limit=1"])
def test_invalid_query_is_refused(client: FlaskClient, path: str):
    """Unknown parameters and values."""
    assert_error(client.get(path), 400, "invalid_input")


def test_page_after_unknown_id_is_not_found(client: FlaskClient):
    """`before` must be a stored ID."""
    assert_error(client.get("/feedback?before=beef"), 404, "feedback_not_found")


@pytest.mark.parametrize(
    ("settings", "headers", "status", "code"),
    [
        ({"host": "0.0.0.0"}, {}, 403, "forbidden"),  # noqa: S104 nothing listens
        ({"host": "0.0.0.0", "token": "right"}, {"Authorization": "Bearer wrong"}, 401, "unauthorized"),  # noqa: S104
        ({}, {"Origin": "https://evil.example"}, 403, "forbidden"),
    ],
)
def test_changes_need_write_access(app: Flask, make_app: MakeApp, settings: dict, headers: dict, status: int, code: str):
    """Adding and deleting, one drawing or all."""
    stored = app.test_client().post("/feedback?label=7", data=PNG, headers=IMAGE).json
    client = make_app(**settings).test_client()
    assert_error(client.post("/feedback?label=1", data=PNG, headers=IMAGE | headers), status, code)
    assert_error(client.delete(f"/feedback/{stored['id']}", headers=headers), status, code)
    assert_error(client.delete("/feedback", headers=headers), status, code)
    assert app.test_client().get("/feedback").json["feedback"][0]["label"] == "7"


def test_all_drawings_are_deleted(client: FlaskClient) -> None:
    """And the response says how many there were."""
    for number in range(3):
        client.post(f"/feedback?label={number}", json={"strokes": [[[0, 0], [10 * number, 30]]]})
    assert client.delete("/feedback").json == {"deleted": 3}
    assert client.get("/feedback").json["n"] == 0
    assert client.delete("/feedback").json == {"deleted": 0}
