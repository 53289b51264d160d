"""/predict?show=steps, and the pen width of strokes."""

import numpy as np
import pytest
from flask.testing import FlaskClient

from inkling.imaging.normalization import normalize_traced
from inkling.imaging.normalization_preview import NormalizationPreview
from inkling.imaging.strokes import rasterize, rasterize_character
from tests.support.assertions import assert_error
from tests.support.pictures import draw_seven, encode_picture, to_base64
from tests.unit.server.api.test_predict import FORMS, PEN

STROKES = [np.array(stroke, np.float64) for stroke in PEN]
KEYS = ["picture", "ink", "box", "scaled", "image"]


@pytest.mark.parametrize("show", ["steps", "image,steps", "steps,image"])
def test_steps_of_each_picture(client: FlaskClient, show: str):
    """They equal those of the normalization; the rest of the response is unchanged."""
    body = {"images": [to_base64(encode_picture(draw_seven())), to_base64(encode_picture(255 - draw_seven()))]}
    plain = client.post("/predict?show=image", json=body).json["predictions"]
    shown = client.post(f"/predict?show={show}", json=body).json["predictions"]
    for actual, expected, picture in zip(shown, plain, (draw_seven(), 255 - draw_seven()), strict=True):
        steps = actual.pop("steps")
        assert list(steps) == KEYS
        ours = NormalizationPreview.from_trace(normalize_traced(picture))
        for key in ("picture", "ink", "scaled", "image"):
            assert np.array_equal(np.array(steps[key], np.uint8), getattr(ours, key)), key
        assert steps["box"] == list(ours.box)
        assert steps["image"] == expected["image"]
        assert actual == {key: value for key, value in expected.items() if key != "image" or "image" in show}


@pytest.mark.parametrize("form", ["body", "base64", "pixels", "strokes", "data URL"])
def test_steps_of_all_formats(client: FlaskClient, form: str):
    """Within their size limits."""
    answer = client.post("/predict?show=steps", **FORMS[form])
    steps = answer.json["predictions"][0]["steps"]
    assert len(steps["picture"]) == len(steps["ink"]) <= 112
    assert max(len(steps["scaled"]), len(steps["scaled"][0])) == 20
    assert len(answer.data) < 60_000


@pytest.mark.parametrize("show", ["", "steps,steps", "steps,", "image,crops", "all"])
def test_invalid_show_is_refused(client: FlaskClient, show: str):
    """Unknown, empty and repeated values."""
    answer = client.post(f"/predict?show={show}", **FORMS["strokes"])
    assert_error(answer, 400, "invalid_input")


@pytest.mark.parametrize("path", ["/predict?show=image", "/explain?show=activations", "/feedback"])
def test_pen_width_is_used(client: FlaskClient, path: str):
    """In all endpoints that take strokes; the default is a tenth of the drawing."""
    fields = {"label": "7"} if path == "/feedback" else {}

    def image(**pen: float) -> np.ndarray:
        answer = client.post(path, json={"strokes": PEN, **pen, **fields})
        assert answer.status_code in (200, 201), answer.text
        body = answer.json
        return np.array(body["predictions"][0]["image"] if "predictions" in body else body["image"], np.uint8)

    assert np.array_equal(image(), normalize_traced(rasterize(STROKES)).image)
    assert np.array_equal(image(pen=30), normalize_traced(rasterize_character(STROKES, 30)).image)
    assert image(pen=4).sum() < image().sum() < image(pen=30).sum()


@pytest.mark.parametrize("path", ["/predict", "/explain", "/read", "/feedback?label=7"])
@pytest.mark.parametrize("pen", [0, -3, 1e7, True, "3", None])
def test_invalid_pen_is_refused(client: FlaskClient, path: str, pen: object):
    """In all endpoints that take strokes."""
    answer = client.post(path, json={"strokes": PEN, "pen": pen})
    assert_error(answer, 400, "invalid_input")


@pytest.mark.parametrize("path", ["/predict", "/explain", "/read", "/feedback?label=7"])
def test_pen_needs_strokes(client: FlaskClient, path: str):
    """With other pictures or alone it is refused."""
    for body in ({"image": to_base64(encode_picture(draw_seven())), "pen": 3}, {"pen": 3}, {"pixels": [[0, 255]], "pen": 3}):
        assert_error(client.post(path, json=body), 400, "invalid_input")
