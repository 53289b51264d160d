"""POST /predict: request formats, parameters and the response."""

import io
import re
import sys
import traceback
from copy import deepcopy

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from inkling.models.crops import CROP_CHOICES
from inkling.models.smoke_test import SMOKE_STROKES
from server.extensions import EXTENSION_KEY
from tests.support.pictures import draw_seven, encode_picture, to_base64

PNG = encode_picture(draw_seven())
PIXELS = draw_seven()[::4, ::4].tolist()
PEN = [stroke.tolist() for stroke in SMOKE_STROKES]


def upload(*files: bytes) -> dict:
    """The arguments of a multipart request."""
    return {"data": {"image": [(io.BytesIO(data), f"{n}.png") for n, data in enumerate(files)]}}


FORMS = {
    "body": {"data": PNG, "content_type": "image/png"},
    "body of a wrong kind of image": {"data": PNG, "content_type": "image/jpeg"},
    "body of bytes": {"data": PNG, "content_type": "application/octet-stream"},
    "body of no type": {"data": PNG},
    "multipart": upload(PNG),
    "base64": {"json": {"image": to_base64(PNG)}},
    "base64 in lines": {"json": {"image": "\n".join(to_base64(PNG)[i : i + 76] for i in range(0, 10_000, 76))}},
    "data URL": {"json": {"image": f"data:image/png;base64,{to_base64(PNG)}"}},
    "list of base64": {"json": {"images": [to_base64(PNG)]}},
    "pixels": {"json": {"pixels": PIXELS}},
    "list of pixels": {"json": {"pixels": [PIXELS]}},
    "fractions": {"json": {"pixels": [[level + 0.25 for level in row] for row in np.minimum(PIXELS, 254).tolist()]}},
    "strokes": {"json": {"strokes": PEN}},
    "JSON with a charset": {
        "data": b'{"pixels": %s}' % str(PIXELS).encode(),
        "content_type": "application/json; charset=utf-8",
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_all_request_formats(client: FlaskClient, form: str):
    """They give the same label."""
    expected = client.post("/predict", **FORMS["strokes"]).json["predictions"][0]["label"]
    answer = client.post("/predict", **deepcopy(FORMS[form]))
    assert answer.status_code == 200, answer.text
    assert [prediction["label"] for prediction in answer.json["predictions"]] == [expected]


@pytest.mark.parametrize("crops", CROP_CHOICES)
def test_response_equals_the_predictor(app: Flask, client: FlaskClient, crops: str):
    """Labels, offsets and probabilities, to six decimals."""
    model = app.extensions[EXTENSION_KEY].models.loaded["digits"]
    answer = client.post(f"/predict?crops={crops}&show=image", **FORMS["body"]).json
    assert list(answer) == ["model", "labels", "crops", "predictions"]
    prediction = answer["predictions"][0]
    assert list(prediction) == ["label", "confidence", "known", "multiple", "probabilities", "crops", "image"]
    expected = model.predictor.predict(np.array([prediction["image"]], np.uint8), crops)
    assert answer["model"] == "digits"
    assert answer["labels"] == model.predictor.card.labels
    assert answer["crops"] == [list(offset) for offset in expected.offsets]
    assert np.allclose(prediction["probabilities"], expected.probabilities[0], atol=6e-7)
    assert np.allclose(prediction["crops"], expected.crops[0], atol=6e-7)
    assert np.allclose(np.mean(prediction["crops"], axis=0), prediction["probabilities"], atol=2e-6)
    best = int(np.argmax(prediction["probabilities"]))
    assert prediction["label"] == answer["labels"][best]
    assert prediction["confidence"] == prediction["probabilities"][best]
    assert prediction["known"] == model.predictor.card.is_known(expected.probabilities)[0]


def test_defaults(client: FlaskClient):
    """The crops of the card, the default model, and no image."""
    plain = client.post("/predict", **FORMS["body"]).json
    assert plain == client.post("/predict?crops=4&model=digits", **FORMS["body"]).json
    assert "image" not in plain["predictions"][0]


def test_several_pictures_keep_their_order(client: FlaskClient):
    """Each gets the same prediction as alone."""
    mirrored = draw_seven()[:, ::-1]
    alone = [client.post("/predict", json={"pixels": p.tolist()}).json["predictions"][0] for p in (draw_seven(), mirrored)]
    assert alone[0] != alone[1]
    pictures = [encode_picture(draw_seven()), encode_picture(mirrored)]
    bodies = [
        upload(*pictures),
        {"json": {"images": [to_base64(data) for data in pictures]}},
        {"json": {"pixels": [draw_seven().tolist(), mirrored.tolist()]}},
    ]
    for body in bodies:
        predictions = client.post("/predict", **body).json["predictions"]
        assert [prediction["label"] for prediction in predictions] == [prediction["label"] for prediction in alone]
        for prediction, expected in zip(predictions, alone, strict=True):
            assert np.allclose(prediction["probabilities"], expected["probabilities"], atol=2e-6)


def test_response_is_compact(client: FlaskClient):
    """Under 800 bytes for four crops, under 4,000 with the image."""
    plain = client.post("/predict", **FORMS["body"]).data
    shown = client.post("/predict?show=image", **FORMS["body"]).data
    assert len(plain) < 800
    assert len(shown) < 4_000
    assert b" " not in plain


def test_two_frames_between_http_and_runtime(app: Flask, client: FlaskClient):
    """The view and Predictor.predict."""
    predictor = app.extensions[EXTENSION_KEY].models.loaded["digits"].predictor
    session, seen = predictor.session, []

    class Watched:
        def run(self, *arguments: object) -> list:
            frames = traceback.extract_stack(sys._getframe(1))
            ours = [frame for frame in frames if re.search("/(inkling|server)/", frame.filename)]
            seen.append([frame.name for frame in ours if "/tests/" not in frame.filename])
            return session.run(*arguments)

    predictor.session = Watched()
    assert client.post("/predict", **FORMS["body"]).status_code == 200
    assert seen == [["predict", "predict"]]
