"""POST /explain: every form of the body, every parameter, what is refused, and several who ask at once."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from inkling.explain.explainer import Explainer
from inkling.explain.occlusion import find_evidence
from inkling.models.predictor import Predictor
from inkling.models.repository import sha256
from server.api.explain import views
from tests.support.assertions import assert_error
from tests.support.fake_model import write_fake_model
from tests.support.pictures import base64_of, encoded, seven
from tests.unit.server.api.test_predict import FORMS, upload

SHIPPED = Path(__file__).parents[4] / "models" / "digits.onnx"
SEVEN = FORMS["strokes"]


@pytest.fixture
def shipped(make_app, models_folder: Path) -> FlaskClient:
    """A client for an app on the shipped model."""
    (models_folder / "digits.onnx").write_bytes(SHIPPED.read_bytes())
    return make_app().test_client()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_body_is_explained(client: FlaskClient, form: str):
    """In every form that /predict takes, the image is the one that it answers."""
    expected = client.post("/predict?show=image", **deepcopy(FORMS[form])).json["predictions"][0]["image"]
    answer = client.post("/explain", **deepcopy(FORMS[form]))
    assert answer.status_code == 200, answer.text
    assert answer.json["image"] == expected


def test_the_answer_is_what_the_model_makes_of_the_crop(shipped: FlaskClient):
    """Probabilities are those of /predict with that crop; layers, evidence and header are those of this model."""
    answer = shipped.post("/explain", **SEVEN)
    told = answer.json
    assert list(told) == ["model", "labels", "image", "crop", "probabilities", "known", "layers", "evidence"]
    one = shipped.post("/predict?crops=1", **SEVEN)
    assert told["crop"] == one.json["crops"][0] == [2, 2]
    assert np.allclose(told["probabilities"], one.json["predictions"][0]["probabilities"], atol=2e-6)
    assert told["known"] == one.json["predictions"][0]["known"]
    assert answer.headers["X-Inkling-Model"] == one.headers["X-Inkling-Model"] == f"digits; sha256={sha256(SHIPPED)}"
    predictor, image = Predictor(SHIPPED), np.array(told["image"], np.uint8)
    explainer = Explainer(SHIPPED.read_bytes(), predictor, SHIPPED.parent)
    made = explainer.activations(image[2:26, 2:26])
    assert [layer["name"] for layer in told["layers"]] == [layer.name for layer in explainer.layers]
    for layer, ours, values in zip(told["layers"], explainer.layers, made, strict=True):
        assert layer["output_shape"] == list(ours.shape)
        np.testing.assert_allclose(np.array(layer["activations"]), values, atol=6e-6)
        if ours.kernel is not None:
            np.testing.assert_allclose(np.array(layer["kernel"]), ours.kernel, atol=6e-7)
            np.testing.assert_allclose(np.array(layer["bias"]), ours.bias, atol=6e-7)
    assert told["layers"][1]["folded"] == ["conv1_norm"]
    assert told["evidence"]["crops"] == [[1, 1], [1, 3], [3, 1], [3, 3]]
    np.testing.assert_allclose(np.array(told["evidence"]["values"]), find_evidence(predictor, image), atol=6e-6)


def test_each_output_can_be_computed_from_what_is_told(shipped: FlaskClient):
    """From the rounded numbers of the JSON alone: one value of a convolution with padding, and the dense layer."""
    layers = {layer["name"]: layer for layer in shipped.post("/explain?show=activations,kernels", **SEVEN).json["layers"]}
    conv = layers["conv2"]
    given = np.array(layers[conv["inputs"][0]]["activations"])
    top, left, bottom, right = conv["padding"]
    padded = np.pad(given, ((top, bottom), (left, right), (0, 0)))
    (height, width), (down, across) = conv["window"], conv["strides"]
    for row, column, channel in ((0, 0, 0), (4, 4, 17), (2, 3, 47)):
        window = padded[row * down :, column * across :][:height, :width]
        total = conv["bias"][channel] + (window * np.array(conv["kernel"])[..., channel]).sum()
        assert total == pytest.approx(conv["activations"][row][column][channel], abs=1e-3)
    dense = layers["dense"]
    total = np.array(layers["flatten"]["activations"]) @ np.array(dense["kernel"]) + dense["bias"]
    np.testing.assert_allclose(total, dense["activations"], atol=1e-3)


@pytest.mark.parametrize("crop", ["0,0", "4,4", "1,3", None])
def test_a_crop_is_a_window_of_the_image(client: FlaskClient, crop: str | None):
    """Its corner is [top, left]; the first layer shows it."""
    told = client.post("/explain", query_string={"crop": crop} if crop else {}, **SEVEN).json
    top, left = told["crop"]
    assert f"{top},{left}" == (crop or "2,2")
    window = np.array(told["image"])[top : top + 24, left : left + 24]
    assert np.array_equal(np.array(told["layers"][0]["activations"])[..., 0], window)


@pytest.mark.parametrize(
    "show", ["activations", "kernels", "evidence", "evidence,kernels", "kernels,activations,evidence", None], ids=str
)
def test_only_what_is_asked_for_is_told(client: FlaskClient, show: str | None):
    """The layers themselves always are."""
    told = client.post("/explain", query_string={"show": show} if show else {}, **SEVEN).json
    wanted = (show or "activations,kernels,evidence").split(",")
    assert ("evidence" in told) == ("evidence" in wanted)
    for layer in told["layers"]:
        assert ("activations" in layer) == ("activations" in wanted)
        assert ("kernel" in layer) == ("bias" in layer) == ("kernels" in wanted and layer["kind"] == "Dense")
    assert [layer["kind"] for layer in told["layers"]] == ["InputLayer", "Flatten", "Dense", "Softmax"]


def test_a_layer_beyond_all_measure_is_named_only(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    """Its numbers would be no answer that a page can take."""
    monkeypatch.setattr(views, "MOST_VALUES", 600)
    layers = client.post("/explain", **SEVEN).json["layers"]
    assert [layer["activations"] is None for layer in layers] == [False] * 4
    assert layers[2]["kernel"] is None
    assert layers[2]["parameters"] == 5760


BAD = {
    "a crop outside": ("?crop=5,0", SEVEN, "crop as TOP,LEFT, each from 0 to 4", "'5,0'"),
    "half a crop": ("?crop=2", SEVEN, "TOP,LEFT", "'2'"),
    "a crop below 0": ("?crop=-1,0", SEVEN, "TOP,LEFT", "'-1,0'"),
    "a crop of other digits": ("?crop=٢,٢", SEVEN, "TOP,LEFT"),
    "no crop": ("?crop=", SEVEN, "TOP,LEFT"),
    "a crop twice": ("?crop=1,1&crop=1,1", SEVEN, "crop once"),
    "unknown show": ("?show=gradients", SEVEN, "show as some of activations, kernels, evidence", "'gradients'"),
    "show twice over": ("?show=kernels,kernels", SEVEN, "show as some of"),
    "no show": ("?show=", SEVEN, "show as some of"),
    "crops": ("?crops=4", SEVEN, "only the query parameters model, crop, show"),
    "several files": ("", upload(encoded(seven()), encoded(seven())), "one picture", "2"),
    "several in base64": ("", {"json": {"images": [base64_of(encoded(seven()))] * 300}}, "one picture", "300"),
    "several of pixels": ("", {"json": {"pixels": [[[0, 255]], [[0, 255]]]}}, "one picture", "2"),
    "no picture": ("", {"json": {}}, "one key of"),
    "two pictures": ("", {"json": {"strokes": [], "image": ""}}, "one key of"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_not_understood_is_refused(client: FlaskClient, what: str):
    """With what was expected and what came."""
    query, body, *words = BAD[what]
    assert_error(client.post(f"/explain{query}", **deepcopy(body)), 400, "bad_input", *words)


def test_it_fails_as_everywhere(client: FlaskClient, make_app, tmp_path: Path):
    """Without ink, with too much of it, with an unknown model, with another body, and with no model at all."""
    assert_error(client.post("/explain", json={"strokes": []}), 422, "empty_picture")
    assert_error(client.post("/explain", json={"strokes": [[[0, 0]] * 20_001]}), 413, "too_large")
    assert_error(client.post("/explain?model=other", **SEVEN), 404, "unknown_model")
    assert_error(client.post("/explain", data="text", content_type="text/plain"), 415, "unsupported_media_type")
    assert_error(client.post("/explain", data=b"{", content_type="application/json"), 400, "bad_json")
    assert_error(client.get("/explain"), 405, "method_not_allowed")
    (tmp_path / "none").mkdir()
    assert_error(make_app(models=str(tmp_path / "none")).test_client().post("/explain", **SEVEN), 503, "not_ready")


def test_labels_may_be_words(make_app, models_folder: Path):
    """And there may be two of them."""
    write_fake_model(models_folder / "words.onnx", ["a cat", "keine Katze"])
    told = make_app().test_client().post("/explain?model=words", **SEVEN).json
    assert told["labels"] == ["a cat", "keine Katze"]
    assert np.array(told["evidence"]["values"]).shape == (2, 28, 28)
    assert told["layers"][-1]["output_shape"] == [2]


def test_what_is_explained_is_counted(client: FlaskClient):
    """As pictures of its route, and as time of its model."""
    client.post("/explain", **SEVEN)
    text = client.get("/metrics").text
    assert 'inkling_pictures_total{route="/explain"} 1.0' in text
    assert 'inkling_model_seconds_total{model="digits"}' in text


def test_several_may_ask_at_once(make_app, models_folder: Path):
    """Of several models in several threads: each gets the answer that it gets alone, and none is made twice."""
    made, whole = [], Explainer.__init__

    def count(self: Explainer, *arguments: object) -> None:
        made.append(arguments)
        whole(self, *arguments)

    for name in ("a", "b"):
        write_fake_model(models_folder / f"{name}.onnx", [name, "other"])
    other, app = make_app(), make_app()
    alone = {name: other.test_client().post(f"/explain?model={name}", **SEVEN).json for name in ("a", "b", "digits")}
    begin = threading.Barrier(6)

    def ask(number: int) -> bool:
        begin.wait()
        name = list(alone)[number % 3]
        return all(app.test_client().post(f"/explain?model={name}", **deepcopy(SEVEN)).json == alone[name] for _ in range(10))

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(6) as pool:
        patch.setattr(Explainer, "__init__", count)
        assert all(pool.map(ask, range(6)))
    assert len(made) == 3


def test_predicting_makes_no_explainer(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Nothing is read, made or kept for it until somebody asks."""
    monkeypatch.setattr(Explainer, "__init__", lambda *_: pytest.fail("made an explainer"))
    client = app.test_client()
    assert client.post("/predict?show=image,steps", **SEVEN).status_code == 200
    assert client.post("/read", data=io.BytesIO(encoded(seven())), content_type="image/png").status_code == 200
