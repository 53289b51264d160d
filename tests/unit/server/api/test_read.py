"""POST /read: request formats, parameters, the response and errors."""

import io
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from inkling.imaging.strokes import rasterize
from inkling.limits import Limits
from inkling.recognition.recognizer import recognize_numbers
from server.extensions import EXTENSION_KEY
from tests.support.assertions import assert_error
from tests.support.digit_fixtures import rasterize_digits, write_digits
from tests.support.fake_model import fake_card, write_fake_model
from tests.support.malformed_bodies import MALFORMED_BODIES, REPRESENTATIVES
from tests.support.pictures import EXIF_ORIENTATION, draw_seven, encode_picture, to_base64
from tests.support.server_fixtures import MakeApp
from tests.unit.server.api.test_predict import FORMS, PNG, upload

BLANK = np.full((60, 60), 255, np.uint8)


@pytest.mark.parametrize("form", FORMS)
def test_all_request_formats(client: FlaskClient, form: str):
    """A single seven gets the label of /predict."""
    expected = client.post("/predict", **FORMS["strokes"]).json["predictions"][0]["label"]
    answer = client.post("/read", **deepcopy(FORMS[form]))
    assert answer.status_code == 200, answer.text
    assert answer.json["text"] == expected


def test_response_equals_the_recognizer(app: Flask, client: FlaskClient):
    """Lines, digits, boxes, and probabilities to six decimals."""
    picture = draw_seven()
    predictor = app.extensions[EXTENSION_KEY].models.loaded["digits"].predictor
    answer = client.post("/read", data=encode_picture(picture)).json
    assert list(answer) == ["model", "labels", "text", "lines"]
    expected = recognize_numbers(predictor, picture, Limits())
    assert answer["text"] == expected.text
    assert [line["text"] for line in answer["lines"]] == [line.text for line in expected.lines]
    for line, other in zip(answer["lines"], expected.lines, strict=True):
        assert list(line) == ["text", "digits"]
        for digit, found in zip(line["digits"], other.digits, strict=True):
            assert list(digit) == ["label", "confidence", "known", "box", "probabilities"]
            assert digit["box"] == found.box
            assert digit["label"] == answer["labels"][int(np.argmax(digit["probabilities"]))]
            assert digit["confidence"] == max(digit["probabilities"])
            assert np.allclose(digit["probabilities"], found.probabilities, atol=1e-6)


def draw_page(width: int, height: int, left: int, top: int, side: int) -> Image.Image:
    """White paper with a seven of height `side` at a position."""
    page = Image.new("L", (width, height), 255)
    ink = Image.fromarray(draw_seven())
    ink = ink.crop(Image.eval(ink, lambda level: 255 - level).getbbox())
    page.paste(ink.resize((round(ink.width * side / ink.height), side)), (left, top))
    return page


@pytest.mark.parametrize("size", [(500, 400), (3000, 2000), (2000, 3500)])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_boxes_are_in_pixels_of_the_upright_picture(client: FlaskClient, size: tuple[int, int], orientation: int, form: str):
    """Independent of reduction and EXIF rotation."""
    left, top, side = size[0] // 3, size[1] // 4, size[1] // 2
    page = draw_page(*size, left, top, side)
    expected = Image.eval(page, lambda level: 255 - level).point(lambda level: 255 * (level > 80)).getbbox()
    turn = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[orientation]
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    answer = client.post("/read", data=encode_picture(page.transpose(turn) if turn else page, form, exif=exif))
    assert answer.status_code == 200, answer.text
    box = answer.json["lines"][0]["digits"][0]["box"]
    assert np.abs(np.subtract(box, expected)).max() <= max(3, 1.5 * max(size) / 700)


@pytest.mark.parametrize("pen", [{}, {"pen": 12}])
def test_transform_maps_boxes_to_strokes(client: FlaskClient, pen: dict):
    """Only responses for strokes have a transform."""
    strokes = [stroke * 100 + [5000, -70] for stroke in write_digits("7")]
    answer = client.post("/read", json={"strokes": [stroke.tolist() for stroke in strokes], **pen}).json
    origin, pixel = answer["transform"]["origin"], answer["transform"]["pixel_size"]
    box = np.array(answer["lines"][0]["digits"][0]["box"]) * pixel + origin * 2
    points = np.concatenate(strokes)
    theirs = np.array([*points.min(0), *points.max(0)])
    around = (theirs - box) * [1, 1, -1, -1]
    assert (around >= 0).all()
    assert (around < 12).all()
    assert "transform" not in client.post("/read", data=PNG).json


def test_several_pictures_keep_their_order(client: FlaskClient):
    """Each gets the same reading as alone."""
    mirrored = draw_seven()[:, ::-1]
    alone = [client.post("/read", json={"pixels": each.tolist()}).json for each in (draw_seven(), mirrored)]
    pictures = [encode_picture(draw_seven()), encode_picture(mirrored)]
    bodies = [
        upload(*pictures),
        {"json": {"images": [to_base64(data) for data in pictures]}},
        {"json": {"pixels": [draw_seven().tolist(), mirrored.tolist()]}},
    ]
    for body in bodies:
        answer = client.post("/read", **body).json
        assert list(answer) == ["model", "labels", "readings"]
        assert answer["readings"] == [{"text": each["text"], "lines": each["lines"]} for each in alone]


def test_show_boxes_returns_a_picture(client: FlaskClient):
    """With color along the edges of each box."""
    digit = client.post("/read", data=PNG).json["lines"][0]["digits"][0]
    answer = client.post("/read?show=boxes", data=PNG)
    assert answer.status_code == 200
    assert answer.mimetype == "image/png"
    shown = np.asarray(Image.open(io.BytesIO(answer.data)))
    assert shown.shape == (*draw_seven().shape, 3)
    left, top, right, bottom = digit["box"]
    colored = np.ptp(shown.astype(int), axis=2) > 60
    assert colored[top:bottom, left - 1].all()
    assert colored[top - 1, left:right].all()
    assert not colored[top + 2 : bottom - 2, left + 2 : right - 2].any()


def test_show_image_adds_the_digits_images(client: FlaskClient):
    """`/predict` gives the same probabilities for such an image."""
    plain = client.post("/read", data=PNG).json["lines"][0]["digits"][0]
    digit = client.post("/read?show=image", data=PNG).json["lines"][0]["digits"][0]
    assert "image" not in plain
    assert digit == plain | {"image": digit["image"]}
    again = client.post("/predict", json={"pixels": digit["image"]}).json["predictions"][0]
    assert again["probabilities"] == digit["probabilities"]


def test_pen_width_follows_the_height_of_digits(client: FlaskClient):
    """A long number stays legible."""
    strokes = [(stroke * 100).tolist() for stroke in write_digits("7777777777")]
    answer = client.post("/predict?show=image", json={"strokes": strokes})
    assert answer.json["predictions"][0]["multiple"] is True
    shown = client.post("/read?show=boxes", json={"strokes": strokes})
    if shown.status_code == 200:  # the fake model may know none of them
        assert max(Image.open(io.BytesIO(shown.data)).size) > 900


@pytest.mark.parametrize("name", REPRESENTATIVES)
def test_malformed_body_is_refused(client: FlaskClient, name: str):
    """A few representatives; the parser has tests of its own."""
    arguments, status, code = deepcopy(MALFORMED_BODIES[name])
    assert_error(client.post("/read", **arguments), status, code)


@pytest.mark.parametrize("query", ["show=steps", "show=", "crops=1", "show=boxes&show=boxes", "Model=digits"])
def test_invalid_query_is_refused(client: FlaskClient, query: str):
    """Unknown and repeated parameters and unknown values."""
    assert_error(client.post(f"/read?{query}", data=PNG), 400, "invalid_input")


def test_show_boxes_takes_one_picture(client: FlaskClient):
    """Several are refused."""
    assert_error(client.post("/read?show=boxes", **upload(PNG, PNG)), 400, "invalid_input")


def test_unknown_model(client: FlaskClient):
    """404."""
    assert_error(client.post("/read?model=letters", data=PNG), 404, "model_not_found")


def test_picture_without_digits(client: FlaskClient):
    """The message names the picture if there are several."""
    assert_error(client.post("/read", data=encode_picture(BLANK)), 422, "empty_picture")
    assert_error(client.post("/read", **upload(PNG, encode_picture(BLANK))), 422, "empty_picture", "2 of 2")


def test_allow_empty(client: FlaskClient):
    """A picture without digits has no lines; invalid requests still fail."""
    assert_error(client.post("/read", json={"pixels": BLANK.tolist()}), 422, "empty_picture")
    answer = client.post("/read?allow_empty=true", json={"pixels": BLANK.tolist()})
    assert answer.status_code == 200
    assert (answer.json["text"], answer.json["lines"]) == ("", [])
    assert client.post("/read?allow_empty=true", json=FORMS["strokes"]["json"]).json["text"] != ""
    assert_error(client.post("/read?allow_empty=true", json={"strokes": []}), 422, "empty_picture")
    assert_error(client.post("/read?allow_empty=1", data=PNG), 400, "invalid_input")


def test_too_many_digits_are_refused(make_app: MakeApp, models_folder: Path):
    """Beyond max_digits."""
    labels = list("0123456789")
    card = fake_card(labels, "digits", known={"threshold": 0.0, "how": "set by hand"})
    write_fake_model(models_folder / "digits.onnx", labels, card)
    client = make_app(max_digits=5).test_client()
    assert client.post("/read", data=encode_picture(rasterize_digits(write_digits("11111", gap=0.6)))).status_code == 200
    assert_error(
        client.post("/read", data=encode_picture(rasterize_digits(write_digits("111111", gap=0.6)))),
        413,
        "too_large",
    )


@pytest.mark.parametrize(
    ("text", "multiple"), [("7", False), ("0", False), ("5", False), ("4", False), ("41", True), ("77", True), ("2\n7", True)]
)
def test_predict_detects_multiple_digits(client: FlaskClient, text: str, multiple: bool):
    """Side by side and above each other, but not the parts of one digit."""
    answer = client.post("/predict", data=encode_picture(rasterize_digits(write_digits(text), 80)))
    assert answer.json["predictions"][0]["multiple"] is multiple


def test_predict_detects_multiple_digits_in_an_image(client: FlaskClient):
    """Two digits in 28×28."""
    picture = np.asarray(Image.fromarray(rasterize(write_digits("11"), 20, 160)).resize((28, 28)))
    assert client.post("/predict", json={"pixels": picture.tolist()}).json["predictions"][0]["multiple"] is True
