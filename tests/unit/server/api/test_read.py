"""POST /read: every form of the body, every parameter, the shape of the answer, and what is refused."""

import io
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from inkling.imaging.strokes import render
from inkling.limits import Limits
from inkling.recognition.recognizer import read
from server.extensions import KEY
from tests.support.assertions import assert_error
from tests.support.digit_fixtures import drawn, written
from tests.support.fake_model import fake_card, write_fake_model
from tests.support.pictures import EXIF_ORIENTATION, base64_of, encoded, seven
from tests.support.server_fixtures import MakeApp
from tests.unit.server.api.test_predict import FORMS, PNG, upload
from tests.unit.server.api.test_predict_errors import BAD

BLANK = np.full((60, 60), 255, np.uint8)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_body_is_read(client: FlaskClient, form: str):
    """A seven alone is one digit with the label and the probabilities that /predict gives it."""
    expected = client.post("/predict", **FORMS["strokes"]).json["predictions"][0]["label"]
    answer = client.post("/read", **deepcopy(FORMS[form]))
    assert answer.status_code == 200, answer.text
    assert answer.json["text"] == expected


def test_the_answer_has_its_shape(app: Flask, client: FlaskClient):
    """Lines, digits, boxes and probabilities are those of the inner ring, rounded to six places."""
    picture = seven()
    predictor = app.extensions[KEY].models.loaded["digits"].predictor
    answer = client.post("/read", data=encoded(picture)).json
    assert list(answer) == ["model", "labels", "text", "lines"]
    expected = read(predictor, picture, Limits())
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


def placed(width: int, height: int, left: int, top: int, side: int) -> Image.Image:
    """White paper with the seven as high as `side` somewhere on it."""
    page = Image.new("L", (width, height), 255)
    ink = Image.fromarray(seven())
    ink = ink.crop(Image.eval(ink, lambda level: 255 - level).getbbox())
    page.paste(ink.resize((round(ink.width * side / ink.height), side)), (left, top))
    return page


@pytest.mark.parametrize("size", [(500, 400), (3000, 2000), (2000, 3500)])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_boxes_are_in_pixels_of_the_picture_as_it_was_sent(
    client: FlaskClient, size: tuple[int, int], orientation: int, form: str
):
    """However far it was reduced, and however its EXIF turns it."""
    left, top, side = size[0] // 3, size[1] // 4, size[1] // 2
    page = placed(*size, left, top, side)
    expected = Image.eval(page, lambda level: 255 - level).point(lambda level: 255 * (level > 80)).getbbox()
    turn = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[orientation]
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    answer = client.post("/read", data=encoded(page.transpose(turn) if turn else page, form, exif=exif))
    assert answer.status_code == 200, answer.text
    box = answer.json["lines"][0]["digits"][0]["box"]
    assert np.abs(np.subtract(box, expected)).max() <= max(3, 1.5 * max(size) / 700)


@pytest.mark.parametrize("pen", [{}, {"pen": 12}])
def test_the_boxes_of_strokes_lie_on_them(client: FlaskClient, pen: dict):
    """The answer tells where its pixels lie among the strokes; of a picture it does not."""
    strokes = [stroke * 100 + [5000, -70] for stroke in written("7")]
    answer = client.post("/read", json={"strokes": [stroke.tolist() for stroke in strokes], **pen}).json
    origin, pixel = answer["place"]["origin"], answer["place"]["pixel"]
    box = np.array(answer["lines"][0]["digits"][0]["box"]) * pixel + origin * 2
    points = np.concatenate(strokes)
    theirs = np.array([*points.min(0), *points.max(0)])
    around = (theirs - box) * [1, 1, -1, -1]
    assert (around >= 0).all()
    assert (around < 12).all()
    assert "place" not in client.post("/read", data=PNG).json


def test_several_pictures_are_read_in_their_order(client: FlaskClient):
    """Each of several gets the reading that it gets alone, in every form that takes several."""
    mirrored = seven()[:, ::-1]
    alone = [client.post("/read", json={"pixels": each.tolist()}).json for each in (seven(), mirrored)]
    pictures = [encoded(seven()), encoded(mirrored)]
    bodies = [
        upload(*pictures),
        {"json": {"images": [base64_of(data) for data in pictures]}},
        {"json": {"pixels": [seven().tolist(), mirrored.tolist()]}},
    ]
    for body in bodies:
        answer = client.post("/read", **body).json
        assert list(answer) == ["model", "labels", "readings"]
        assert answer["readings"] == [{"text": each["text"], "lines": each["lines"]} for each in alone]


def test_what_was_found_can_be_seen(client: FlaskClient):
    """With show=boxes the picture comes back, with colour along the edges of each box."""
    digit = client.post("/read", data=PNG).json["lines"][0]["digits"][0]
    answer = client.post("/read?show=boxes", data=PNG)
    assert answer.status_code == 200
    assert answer.mimetype == "image/png"
    shown = np.asarray(Image.open(io.BytesIO(answer.data)))
    assert shown.shape == (*seven().shape, 3)
    left, top, right, bottom = digit["box"]
    coloured = np.ptp(shown.astype(int), axis=2) > 60
    assert coloured[top:bottom, left - 1].all()
    assert coloured[top - 1, left:right].all()
    assert not coloured[top + 2 : bottom - 2, left + 2 : right - 2].any()


def test_strokes_of_several_digits_are_drawn_with_a_pen_for_each(client: FlaskClient):
    """The pen's width goes by the signs, so that a long number is not one blot."""
    strokes = [(stroke * 100).tolist() for stroke in written("7777777777")]
    answer = client.post("/predict?show=image", json={"strokes": strokes})
    assert answer.json["predictions"][0]["several"] is True
    shown = client.post("/read?show=boxes", json={"strokes": strokes})
    if shown.status_code == 200:  # the fake model may know none of them
        assert max(Image.open(io.BytesIO(shown.data)).size) > 900


@pytest.mark.parametrize("what", BAD)
def test_a_bad_body_is_refused(client: FlaskClient, what: str):
    """As /predict refuses it."""
    arguments, status, code = deepcopy(BAD[what])
    assert_error(client.post("/read", **arguments), status, code)


@pytest.mark.parametrize("query", ["show=image", "show=", "crops=1", "show=boxes&show=boxes", "Model=digits"])
def test_a_bad_query_is_refused(client: FlaskClient, query: str):
    """Unknown parameters, unknown values and repeated ones are refused by name."""
    assert_error(client.post(f"/read?{query}", data=PNG), 400, "bad_input", query.split("=")[0])


def test_only_one_picture_can_be_shown(client: FlaskClient):
    """Several with show=boxes are refused."""
    assert_error(client.post("/read?show=boxes", **upload(PNG, PNG)), 400, "bad_input", "Received 2")


def test_an_unknown_model_is_told(client: FlaskClient):
    """As /predict tells it."""
    assert_error(client.post("/read?model=letters", data=PNG), 404, "unknown_model", "letters", "digits")


def test_a_picture_without_a_digit_is_empty(client: FlaskClient):
    """Alone, and with its position among several."""
    assert_error(client.post("/read", data=encoded(BLANK)), 422, "empty_picture")
    assert_error(client.post("/read", **upload(PNG, encoded(BLANK))), 422, "empty_picture", "Picture 2 of 2")


def test_what_is_being_written_may_hold_no_digit_yet(client: FlaskClient):
    """With unfinished=true that is no failure; what is no picture still is one."""
    assert_error(client.post("/read", json={"pixels": BLANK.tolist()}), 422, "empty_picture")
    answer = client.post("/read?unfinished=true", json={"pixels": BLANK.tolist()})
    assert answer.status_code == 200
    assert (answer.json["text"], answer.json["lines"]) == ("", [])
    assert client.post("/read?unfinished=true", json=FORMS["strokes"]["json"]).json["text"] != ""
    assert_error(client.post("/read?unfinished=true", json={"strokes": []}), 422, "empty_picture")
    assert_error(client.post("/read?unfinished=1", data=PNG), 400, "bad_input", "unfinished")


def test_more_digits_than_the_bound_are_refused(make_app: MakeApp, models_folder: Path):
    """The sentence names the bound."""
    labels = list("0123456789")
    card = fake_card(labels, "digits", known={"threshold": 0.0, "how": "set by hand"})
    write_fake_model(models_folder / "digits.onnx", labels, card)
    client = make_app(max_digits=5).test_client()
    assert client.post("/read", data=encoded(drawn(written("11111", gap=0.6)))).status_code == 200
    assert_error(client.post("/read", data=encoded(drawn(written("111111", gap=0.6)))), 413, "too_large", "at most 5 digits")


@pytest.mark.parametrize(
    ("text", "several"), [("7", False), ("0", False), ("5", False), ("4", False), ("41", True), ("77", True), ("2\n7", True)]
)
def test_predict_says_where_there_are_several(client: FlaskClient, text: str, several: bool):
    """Of one digit, whatever its parts, it is false; of two, side by side or one above the other, it is true."""
    answer = client.post("/predict", data=encoded(drawn(written(text), 80)))
    assert answer.json["predictions"][0]["several"] is several


def test_images_of_several_digits_are_told_too(client: FlaskClient):
    """Two digits in 28×28."""
    picture = np.asarray(Image.fromarray(render(written("11"), 20, 160)).resize((28, 28)))
    assert client.post("/predict", json={"pixels": picture.tolist()}).json["predictions"][0]["several"] is True
