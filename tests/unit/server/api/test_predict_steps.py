"""/predict?show=steps, and the pen beside strokes in every body that holds strokes."""

import numpy as np
import pytest
from flask.testing import FlaskClient

from inkling.imaging.normalization import look
from inkling.imaging.normalization_preview import Steps
from inkling.imaging.strokes import render, render_drawing
from tests.support.assertions import assert_error
from tests.support.pictures import base64_of, encoded, seven
from tests.unit.server.api.test_predict import FORMS, PEN

STROKES = [np.array(stroke, np.float64) for stroke in PEN]
KEYS = ["picture", "ink", "box", "scaled", "image"]


@pytest.mark.parametrize("show", ["steps", "image,steps", "steps,image"])
def test_steps_are_told_with_each_picture(client: FlaskClient, show: str):
    """As they were taken, in their order; the answer itself stays the same."""
    body = {"images": [base64_of(encoded(seven())), base64_of(encoded(255 - seven()))]}
    plain = client.post("/predict?show=image", json=body).json["predictions"]
    shown = client.post(f"/predict?show={show}", json=body).json["predictions"]
    for told, expected, picture in zip(shown, plain, (seven(), 255 - seven()), strict=True):
        steps = told.pop("steps")
        assert list(steps) == KEYS
        ours = Steps.of(look(picture))
        for key in ("picture", "ink", "scaled", "image"):
            assert np.array_equal(np.array(steps[key], np.uint8), getattr(ours, key)), key
        assert steps["box"] == list(ours.box)
        assert steps["image"] == expected["image"]
        assert told == {key: value for key, value in expected.items() if key != "image" or "image" in show}


@pytest.mark.parametrize("form", ["body", "base64", "pixels", "strokes", "data URL"])
def test_steps_are_told_of_every_form(client: FlaskClient, form: str):
    """Each lies within its bounds."""
    answer = client.post("/predict?show=steps", **FORMS[form])
    steps = answer.json["predictions"][0]["steps"]
    assert len(steps["picture"]) == len(steps["ink"]) <= 112
    assert max(len(steps["scaled"]), len(steps["scaled"][0])) == 20
    assert len(answer.data) < 60_000


@pytest.mark.parametrize("show", ["", "steps,steps", "steps,", "image,crops", "all"])
def test_unknown_steps_are_refused(client: FlaskClient, show: str):
    """With what may be shown."""
    answer = client.post(f"/predict?show={show}", **FORMS["strokes"])
    assert_error(answer, 400, "bad_input", "show as some of image, steps", repr(show))


@pytest.mark.parametrize("path", ["/predict?show=image", "/explain?show=activations", "/feedback"])
def test_a_pen_draws_the_image(client: FlaskClient, path: str):
    """In the units of the strokes, wherever strokes are read; without one the image is the one it always was."""
    told = {"label": "7"} if path == "/feedback" else {}

    def image(**pen: float) -> np.ndarray:
        answer = client.post(path, json={"strokes": PEN, **pen, **told})
        assert answer.status_code in (200, 201), answer.text
        body = answer.json
        return np.array(body["predictions"][0]["image"] if "predictions" in body else body["image"], np.uint8)

    assert np.array_equal(image(), look(render(STROKES)).image)
    assert np.array_equal(image(pen=30), look(render_drawing(STROKES, 30)).image)
    assert image(pen=4).sum() < image().sum() < image(pen=30).sum()


@pytest.mark.parametrize("path", ["/predict", "/explain", "/read", "/feedback?label=7"])
@pytest.mark.parametrize("pen", [0, -3, 1e7, True, "3", None])
def test_another_pen_is_refused(client: FlaskClient, path: str, pen: object):
    """With the range that is expected."""
    answer = client.post(path, json={"strokes": PEN, "pen": pen})
    assert_error(answer, 400, "bad_input", "pen as its width in the units of the strokes, above 0 and at most 1000000")


@pytest.mark.parametrize("path", ["/predict", "/explain", "/read", "/feedback?label=7"])
def test_a_pen_belongs_to_strokes(client: FlaskClient, path: str):
    """Beside a picture it makes no sense, and alone it draws nothing."""
    for body in ({"image": base64_of(encoded(seven())), "pen": 3}, {"pen": 3}, {"pixels": [[0, 255]], "pen": 3}):
        assert_error(client.post(path, json=body), 400, "bad_input", "pen beside strokes", "'pen'")
