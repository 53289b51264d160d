"""/feedback: pictures with their right labels, in every form, kept once."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from inkling.imaging.normalization import normalise
from inkling.imaging.strokes import render
from inkling.models.repository import sha256
from inkling.models.smoke_test import STROKES
from tests.support.assertions import assert_error
from tests.support.pictures import base64_of, encoded, seven
from tests.support.server_fixtures import MakeApp

PNG = encoded(seven())
POINTS = [stroke.tolist() for stroke in STROKES]
IMAGE = {"Content-Type": "image/png"}
DIGEST = "ab" * 32


def upload(**fields: str) -> dict:
    """A form with the picture and some text fields."""
    return {"data": {"image": (io.BytesIO(PNG), "a.png"), **fields}}


FORMS: dict[str, Callable[[], tuple[str, dict]]] = {
    "body": lambda: ("/feedback?label=7", {"data": PNG, "headers": IMAGE}),
    "bytes": lambda: ("/feedback?label=7", {"data": PNG}),
    "form": lambda: ("/feedback", upload(label="7")),
    "form and query": lambda: ("/feedback?label=7", upload()),
    "base64": lambda: ("/feedback", {"json": {"image": base64_of(PNG), "label": "7"}}),
    "data URL": lambda: ("/feedback", {"json": {"image": f"data:image/png;base64,{base64_of(PNG)}", "label": 7}}),
    "pixels": lambda: ("/feedback?label=7", {"json": {"pixels": seven().tolist()}}),
    "strokes": lambda: ("/feedback", {"json": {"strokes": POINTS, "label": "7"}}),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_is_kept_in_every_form(client: FlaskClient, models_folder, form: str):
    """With what the model says of it, and which model; and it is found again where Location says."""
    path, arguments = FORMS[form]()
    answer = client.post(path, **arguments)
    assert answer.status_code == 201, answer.text
    prediction = client.post("/predict", data=PNG, headers=IMAGE).json["predictions"][0]
    kept = answer.json
    assert kept["label"] == "7"
    assert (kept["said"], kept["confidence"]) == (prediction["label"], prediction["confidence"])
    assert (kept["model"], kept["sha256"]) == ("digits", sha256(models_folder / "digits.onnx"))
    assert kept["image"] == normalise(seven()).tolist()
    assert kept["strokes"] == (POINTS if form == "strokes" else None)
    assert kept["points"] == (len(POINTS[0]) if form == "strokes" else 0)
    assert answer.headers["Location"] == f"/feedback/{kept['id']}"
    assert client.get(answer.headers["Location"]).json == kept
    picture = client.get(f"{answer.headers['Location']}/picture")
    assert picture.mimetype == "image/png"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(picture.data))), seven())


def test_the_same_picture_in_any_form_is_one(client: FlaskClient):
    """201 the first time, 200 from then on; the list holds it once, with the newest label."""
    codes = []
    for number, make in enumerate(FORMS.values()):
        path, arguments = make()
        codes.append(client.post(path, **arguments).status_code)
        assert client.get("/feedback").json["n"] == 1, number
    assert codes == [201] + [200] * (len(FORMS) - 1)
    assert client.post("/feedback?label=1", data=PNG, headers=IMAGE).json["label"] == "1"
    assert [each["label"] for each in client.get("/feedback").json["feedback"]] == ["1"]


def test_what_was_said_is_kept_as_it_is_told(client: FlaskClient):
    """By whoever saw it, with the version that had said it; nothing is made up in its place."""
    told = {"said": "1", "model": "elsewhere", "sha256": DIGEST}
    kept = client.post("/feedback", json={"strokes": POINTS, "label": "7", **told}).json
    assert {name: kept[name] for name in told} == told
    assert kept["confidence"] is None
    kept = client.post("/feedback?said=2&label=7", json={"strokes": POINTS}).json
    assert (kept["said"], kept["model"], kept["sha256"]) == ("2", None, None)


def test_without_a_model_feedback_is_kept_all_the_same(make_app: MakeApp, models_folder):
    """With nothing said."""
    (models_folder / "digits.onnx").unlink()
    answer = make_app().test_client().post("/feedback?label=7", data=PNG, headers=IMAGE)
    assert answer.status_code == 201
    assert (answer.json["said"], answer.json["model"], answer.json["sha256"]) == (None, None, None)


def test_drawings_are_listed_and_removed(client: FlaskClient):
    """In pages, newest first; what is removed is gone and can be kept anew."""
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
    assert_error(client.delete(f"/feedback/{ids[2]}"), 404, "unknown_feedback")
    assert_error(client.get(f"/feedback/{ids[2]}"), 404, "unknown_feedback")
    assert_error(client.get(f"/feedback/{ids[2]}/picture"), 404, "unknown_feedback")
    assert client.get("/feedback").json["n"] == 4
    assert "inkling_feedback 4.0" in client.get("/metrics").text


def test_a_photograph_is_kept_small(client: FlaskClient):
    """Its longer side has at most 512 pixels; the image is made from the whole of it."""
    large = np.asarray(Image.fromarray(seven()).resize((1_400, 2_000)))
    kept = client.post("/feedback?label=7", data=encoded(large, "JPEG"), content_type="image/jpeg").json
    picture = Image.open(io.BytesIO(client.get(f"/feedback/{kept['id']}/picture").data))
    assert 256 < max(picture.size) <= 512
    assert np.abs(normalise(np.asarray(picture)).astype(int) - np.array(kept["image"])).mean() < 10


def test_only_so_many_are_kept(make_app: MakeApp):
    """One more is refused with a sentence, and what is kept stays."""
    client = make_app(max_feedback=1).test_client()
    assert client.post("/feedback?label=7", data=PNG, headers=IMAGE).status_code == 201
    other = encoded(render([np.array([[0.0, 0.0], [9.0, 9.0]])]))
    assert_error(client.post("/feedback?label=1", data=other, headers=IMAGE), 409, "feedback_full", "at most 1 ")
    assert client.post("/feedback?label=1", data=PNG, headers=IMAGE).status_code == 200


BLANK = encoded(np.full((40, 40), 255, np.uint8))
BAD = {
    "no label": ("/feedback", {"data": PNG, "headers": IMAGE}, 400, "bad_input"),
    "no label in JSON": ("/feedback", {"json": {"strokes": POINTS}}, 400, "bad_input"),
    "a label twice": ("/feedback?label=7", {"json": {"strokes": POINTS, "label": "7"}}, 400, "bad_input"),
    "a label twice in the query": ("/feedback?label=7&label=7", {"data": PNG, "headers": IMAGE}, 400, "bad_input"),
    "a blank label": ("/feedback?label=%20", {"data": PNG, "headers": IMAGE}, 422, "bad_data"),
    "a label with a control code": ("/feedback", {"json": {"strokes": POINTS, "label": "7\0"}}, 422, "bad_data"),
    "a long label": ("/feedback", {"json": {"strokes": POINTS, "label": "7" * 101}}, 422, "bad_data"),
    "a label that is none": ("/feedback", {"json": {"strokes": POINTS, "label": ["7"]}}, 400, "bad_input"),
    "a boolean": ("/feedback", {"json": {"strokes": POINTS, "label": True}}, 400, "bad_input"),
    "null": ("/feedback", {"json": {"strokes": POINTS, "label": "7", "said": None}}, 400, "bad_input"),
    "an unknown model": ("/feedback?label=7&model=letters", {"data": PNG, "headers": IMAGE}, 404, "unknown_model"),
    "a path for a model": ("/feedback?label=7&said=1&model=../x", {"data": PNG, "headers": IMAGE}, 400, "bad_input"),
    "no fingerprint": ("/feedback?label=7&said=1&sha256=xyz", {"data": PNG, "headers": IMAGE}, 400, "bad_input"),
    "a fingerprint of nothing": (f"/feedback?label=7&sha256={DIGEST}", {"data": PNG, "headers": IMAGE}, 400, "bad_input"),
    "another parameter": ("/feedback?label=7&crops=1", {"data": PNG, "headers": IMAGE}, 400, "bad_input"),
    "no picture": ("/feedback?label=7", {"data": b"", "headers": IMAGE}, 400, "bad_input"),
    "no picture in JSON": ("/feedback", {"json": {"label": "7"}}, 400, "bad_input"),
    "two pictures": ("/feedback", {"json": {"label": "7", "strokes": POINTS, "pixels": [[0]]}}, 400, "bad_input"),
    "several pictures": ("/feedback", {"json": {"label": "7", "images": [base64_of(PNG)]}}, 400, "bad_input"),
    "no ink": ("/feedback?label=7", {"data": BLANK, "headers": IMAGE}, 422, "empty_picture"),
    "a pen that never touched": ("/feedback?label=7", {"json": {"strokes": [[]]}}, 422, "empty_picture"),
    "no picture at all": ("/feedback?label=7", {"data": b"GIF89a", "headers": IMAGE}, 415, "unsupported_picture"),
    "half a picture": ("/feedback?label=7", {"data": PNG[: len(PNG) // 2], "headers": IMAGE}, 422, "bad_picture"),
    "text": ("/feedback?label=7", {"data": "7", "content_type": "text/plain"}, 415, "unsupported_media_type"),
    "no JSON": ("/feedback?label=7", {"data": "{", "content_type": "application/json"}, 400, "bad_json"),
    "a list": ("/feedback?label=7", {"json": []}, 400, "bad_input"),
    "a form without a file": ("/feedback", {"data": {"label": "7"}, "content_type": "multipart/form-data"}, 400, "bad_input"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_kept_is_refused(client: FlaskClient, what: str):
    """With a sentence, and nothing is kept."""
    path, arguments, status, code = BAD[what]
    assert_error(client.post(path, **arguments), status, code)
    assert client.get("/feedback").json["n"] == 0


FORM_FIELDS = [{"writer": "anna", "label": "7"}, {"label": "7", "images": (io.BytesIO(PNG), "b.png")}]


@pytest.mark.parametrize("fields", FORM_FIELDS, ids=["a field more", "a file more"])
def test_a_form_holds_nothing_else(client: FlaskClient, fields: dict):
    """Neither text nor files that nobody would read."""
    assert_error(client.post("/feedback", **upload(**fields)), 400, "bad_input")


@pytest.mark.parametrize("path", ["/feedback?limit=0", "/feedback?limit=501", "/feedback?label=7", "/feedback/0?limit=1"])
def test_a_bad_query_is_refused(client: FlaskClient, path: str):
    """As everywhere."""
    assert_error(client.get(path), 400, "bad_input")


def test_a_page_goes_on_only_from_what_is_kept(client: FlaskClient):
    """An unknown ID is told."""
    assert_error(client.get("/feedback?before=beef"), 404, "unknown_feedback", "beef")


@pytest.mark.parametrize(
    ("settings", "headers", "status", "code"),
    [
        ({"host": "0.0.0.0"}, {}, 403, "forbidden"),  # noqa: S104 nothing listens
        ({"host": "0.0.0.0", "token": "right"}, {"Authorization": "Bearer wrong"}, 401, "unauthorized"),  # noqa: S104
        ({}, {"Origin": "https://evil.example"}, 403, "forbidden"),
    ],
)
def test_not_everybody_may_teach(app: Flask, make_app: MakeApp, settings: dict, headers: dict, status: int, code: str):
    """Keeping and removing need the right to change; looking does not."""
    kept = app.test_client().post("/feedback?label=7", data=PNG, headers=IMAGE).json
    client = make_app(**settings).test_client()
    assert_error(client.post("/feedback?label=1", data=PNG, headers=IMAGE | headers), status, code)
    assert_error(client.delete(f"/feedback/{kept['id']}", headers=headers), status, code)
    assert client.get("/feedback").json["feedback"][0]["label"] == "7"
