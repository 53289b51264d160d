"""POST /predict: whatever is wrong with a request is told in one sentence, and nothing is guessed."""

import io
import json
from copy import deepcopy

import numpy as np
import pytest
from flask.testing import FlaskClient

from tests.support.assertions import assert_error
from tests.support.fake_model import write_fake_model
from tests.support.pictures import base64_of, encoded, seven
from tests.support.server_fixtures import MakeApp

PNG = encoded(seven())
ROWS = seven()[::4, ::4].tolist()


def raw(text: str | bytes) -> dict:
    """The arguments of a request with this text as its JSON."""
    return {"data": text, "content_type": "application/json"}


def form(**fields: object) -> dict:
    """The arguments of a multipart request; bytes become files."""
    made = {name: (io.BytesIO(value), "a.png") if isinstance(value, bytes) else value for name, value in fields.items()}
    return {"data": made, "content_type": "multipart/form-data"}


def changed(row: int, column: int, value: object) -> dict:
    """Pixels with one of them changed."""
    rows = [list(each) for each in ROWS]
    rows[row][column] = value
    return {"json": {"pixels": rows}}


BAD = {
    "empty body": ({"data": b"", "content_type": "image/png"}, 400, "bad_input"),
    "no picture": ({"data": b"hello", "content_type": "image/png"}, 415, "unsupported_picture"),
    "GIF": ({"data": encoded(seven(), "GIF"), "content_type": "image/gif"}, 415, "unsupported_picture"),
    "TIFF": ({"data": encoded(seven(), "TIFF"), "content_type": "image/tiff"}, 415, "unsupported_picture"),
    "SVG": (
        {"data": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "content_type": "image/svg+xml"},
        415,
        "unsupported_picture",
    ),
    "half a PNG": ({"data": PNG[: len(PNG) // 2], "content_type": "image/png"}, 422, "bad_picture"),
    "form of a browser": (
        {"data": {"image": "x"}, "content_type": "application/x-www-form-urlencoded"},
        415,
        "unsupported_media_type",
    ),
    "text": ({"data": "seven", "content_type": "text/plain"}, 415, "unsupported_media_type"),
    "XML": ({"data": "<a/>", "content_type": "application/xml"}, 415, "unsupported_media_type"),
    "packed body": (
        {"data": PNG, "content_type": "image/png", "headers": {"Content-Encoding": "gzip"}},
        415,
        "unsupported_media_type",
    ),
    "form without a file": (form(), 400, "bad_input"),
    "form with text": (form(image="seven"), 400, "bad_input"),
    "form with another field": (form(image=PNG, label="7"), 400, "bad_input"),
    "form with another file": (form(picture=PNG), 400, "bad_input"),
    "form with an empty file": (form(image=b""), 415, "unsupported_picture"),
    "form without boundary": ({"data": b"--x", "content_type": "multipart/form-data"}, 400, "bad_input"),
    "no JSON": (raw("seven"), 400, "bad_json"),
    "empty JSON": (raw(""), 400, "bad_json"),
    "broken UTF-8": (raw(b'{"image": "\xff"}'), 400, "bad_json"),
    "half JSON": (raw('{"pixels": [[1, 2'), 400, "bad_json"),
    "NaN": (raw('{"pixels": [[NaN, 0]]}'), 400, "bad_json"),
    "Infinity": (raw('{"pixels": [[1e999, 0]]}'), 400, "bad_json"),
    "array": ({"json": [1]}, 400, "bad_input"),
    "null": ({"json": None}, 400, "bad_input"),
    "no key": ({"json": {}}, 400, "bad_input"),
    "unknown key": ({"json": {"picture": ""}}, 400, "bad_input"),
    "known and unknown key": ({"json": {"pixels": ROWS, "label": "7"}}, 400, "bad_input"),
    "two keys": ({"json": {"pixels": ROWS, "strokes": [[[0, 0]]]}}, 400, "bad_input"),
    "image a number": ({"json": {"image": 7}}, 400, "bad_input"),
    "image a list": ({"json": {"image": [base64_of(PNG)]}}, 400, "bad_input"),
    "image null": ({"json": {"image": None}}, 400, "bad_input"),
    "no base64": ({"json": {"image": "seven!"}}, 400, "bad_input"),
    "base64 beyond ASCII": ({"json": {"image": "ÄÖÜ="}}, 400, "bad_input"),
    "base64 cut off": ({"json": {"image": base64_of(PNG)[:-3]}}, 400, "bad_input"),
    "empty base64": ({"json": {"image": ""}}, 415, "unsupported_picture"),
    "data URL without base64": ({"json": {"image": "data:image/png,abc"}}, 400, "bad_input"),
    "data URL without comma": ({"json": {"image": "data:image/png;base64"}}, 400, "bad_input"),
    "address": ({"json": {"image": "https://example.org/seven.png"}}, 400, "bad_input"),
    "images a string": ({"json": {"images": base64_of(PNG)}}, 400, "bad_input"),
    "no images": ({"json": {"images": []}}, 400, "bad_input"),
    "images of numbers": ({"json": {"images": [7, 8]}}, 400, "bad_input"),
    "no pixels": ({"json": {"pixels": []}}, 400, "bad_input"),
    "pixels without columns": ({"json": {"pixels": [[], []]}}, 400, "bad_input"),
    "pixels a string": ({"json": {"pixels": "0"}}, 400, "bad_input"),
    "pixels an object": ({"json": {"pixels": {"0": 1}}}, 400, "bad_input"),
    "pixels in one row": ({"json": {"pixels": [1, 2, 3]}}, 400, "bad_input"),
    "ragged pixels": ({"json": {"pixels": [[1, 2], [3]]}}, 400, "bad_input"),
    "pixels too deep": ({"json": {"pixels": [[[[1]]]]}}, 400, "bad_input"),
    "pixels of mixed depth": ({"json": {"pixels": [ROWS, [5, 6]]}}, 400, "bad_input"),
    "negative pixel": (changed(3, 3, -1), 400, "bad_input"),
    "pixel of 256": (changed(3, 3, 256), 400, "bad_input"),
    "huge pixel": (raw('{"pixels": [[1%s, 0]]}' % ("0" * 40)), 400, "bad_input"),
    "boolean pixel": (changed(3, 3, True), 400, "bad_input"),
    "string pixel": (changed(3, 3, "7"), 400, "bad_input"),
    "null pixel": (changed(3, 3, None), 400, "bad_input"),
    "pixels from 0 to 1": ({"json": {"pixels": (1 - seven() / 255).tolist()}}, 400, "bad_input"),
    "strokes a number": ({"json": {"strokes": 7}}, 400, "bad_input"),
    "strokes of numbers": ({"json": {"strokes": [1, 2]}}, 400, "bad_input"),
    "a pen in three dimensions": ({"json": {"strokes": [[[0, 0, 0]]]}}, 400, "bad_input"),
    "a pen of strings": ({"json": {"strokes": [[["0", "0"]]]}}, 400, "bad_input"),
    "a pen of booleans": ({"json": {"strokes": [[[True, False]]]}}, 400, "bad_input"),
    "a pen far away": ({"json": {"strokes": [[[1e300, 0]]]}}, 400, "bad_input"),
    "no strokes": ({"json": {"strokes": []}}, 422, "empty_picture"),
    "strokes without a pen": ({"json": {"strokes": [[], []]}}, 422, "empty_picture"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_body_is_refused(client: FlaskClient, what: str):
    """Every bad body gets its status, its code and a sentence."""
    arguments, status, code = deepcopy(BAD[what])  # the client closes the files that it sends
    assert_error(client.post("/predict", **arguments), status, code)


BAD_QUERIES = {
    "crops=2": "crops",
    "crops=": "crops",
    "crops=ALL": "crops",
    "crops=1&crops=4": "crops",
    "show=crops": "show",
    "show=": "show",
    "mode=fast": "mode",
    "Crops=1": "Crops",
}


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_a_bad_query_is_refused(client: FlaskClient, query: str):
    """Unknown parameters, unknown values and repeated ones are refused by name."""
    answer = client.post(f"/predict?{query}", data=PNG, content_type="image/png")
    assert_error(answer, 400, "bad_input", BAD_QUERIES[query])


def test_an_unknown_model_is_told_with_those_that_are(client: FlaskClient):
    """The sentence names the models that are loaded."""
    assert_error(client.post("/predict?model=letters", data=PNG), 404, "unknown_model", "letters", "digits")


def test_without_a_default_a_name_is_needed(make_app: MakeApp, models_folder):
    """With two models and none of the default's name, nothing is guessed."""
    write_fake_model(models_folder / "letters.onnx", labels=["a", "b"])
    client = make_app(model="numbers").test_client()
    assert_error(client.post("/predict", data=PNG), 400, "bad_input", "digits, letters")
    assert client.post("/predict?model=letters", data=PNG).json["labels"] == ["a", "b"]


def test_one_bad_picture_of_several_fails_them_all_and_is_named(client: FlaskClient):
    """The sentence says which picture it is about, in every form."""
    blank = np.full((30, 30), 255, np.uint8)
    several = {"image": [(io.BytesIO(data), "a.png") for data in (PNG, PNG, encoded(blank), PNG, PNG)]}
    assert_error(client.post("/predict", data=several), 422, "empty_picture", "Picture 3 of 5: Expected ")
    images = {"images": [base64_of(PNG), base64_of(b"nothing")]}
    assert_error(client.post("/predict", json=images), 415, "unsupported_picture", "Picture 2 of 2")
    pixels = {"pixels": [ROWS, ROWS, [[0, 300]]]}
    assert_error(client.post("/predict", json=pixels), 400, "bad_input", "Picture 3 of 3", "300")


def test_too_much_of_anything_is_refused(make_app: MakeApp):
    """Bytes, pictures, pixels, points and values of JSON beyond their settings are refused, those at them are not."""
    client = make_app(
        max_predict_bytes=20_000, max_pictures=2, max_picture_pixels=60_000, max_points=6, max_predict_values=5_000
    ).test_client()
    assert client.post("/predict", data=PNG).status_code == 200
    assert client.post("/predict", json={"strokes": [[[n, n * n] for n in range(6)]]}).status_code == 200
    assert_error(client.post("/predict", data=b"x" * 20_001), 413, "too_large")
    assert_error(client.post("/predict", json={"image": "x" * 20_001}), 413, "too_large")
    assert_error(client.post("/predict", json={"images": [base64_of(PNG)] * 3}), 413, "too_large", "2 pictures", "3")
    assert_error(client.post("/predict", json={"strokes": [[[n, n] for n in range(7)]]}), 413, "too_large", "6 pen positions")
    assert_error(client.post("/predict", data=encoded(np.zeros((300, 201), np.uint8))), 413, "too_large", "60,000 pixels")
    assert_error(client.post("/predict", **raw(json.dumps({"pixels": [[0] * 5_002]}))), 413, "too_large", "5,000 values")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # werkzeug leaves the file it reads unclosed
def test_too_many_files_are_refused(make_app: MakeApp):
    """Up to twice the number of pictures the sentence counts them; beyond, the form is not even read."""
    client = make_app(max_pictures=2).test_client()
    for count in (3, 20):
        files = {"image": [(io.BytesIO(PNG), "a.png") for _ in range(count)]}
        assert_error(client.post("/predict", data=files), 413, "too_large")


@pytest.mark.parametrize("opening", ["[", '{"pixels":[', '{"a":'])
def test_depth_is_no_danger(client: FlaskClient, opening: str):
    """A hundred thousand levels of nesting are refused as what they are."""
    assert_error(client.post("/predict", **raw(opening * 100_000)), 400, "bad_json")


def test_a_body_of_unknown_length_is_refused_not_cut(client: FlaskClient):
    """Where the server beneath hands a chunked body through, its length is asked for."""
    answer = client.post("/predict", input_stream=io.BytesIO(PNG), headers={"Transfer-Encoding": "chunked"})
    assert_error(answer, 411, "length_required")
