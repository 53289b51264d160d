"""POST /explain."""

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
from inkling.explain.occlusion import compute_occlusion_map
from inkling.models.predictor import Predictor
from inkling.models.repository import file_sha256
from server.api.explain import views
from tests.support.assertions import assert_error
from tests.support.fake_model import fake_card, write_fake_model
from tests.support.pictures import draw_seven, encode_picture, to_base64
from tests.unit.server.api.test_predict import FORMS, upload

SHIPPED = Path(__file__).parents[4] / "models" / "digits.onnx"
SEVEN = FORMS["strokes"]


@pytest.fixture
def shipped(make_app, models_folder: Path) -> FlaskClient:
    """A client for an app with the shipped model."""
    (models_folder / "digits.onnx").write_bytes(SHIPPED.read_bytes())
    return make_app().test_client()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_body_is_accepted(client: FlaskClient, form: str):
    """The image is the one that /predict returns for the same body."""
    expected = client.post("/predict?show=image", **deepcopy(FORMS[form])).json["predictions"][0]["image"]
    response = client.post("/explain", **deepcopy(FORMS[form]))
    assert response.status_code == 200, response.text
    assert response.json["image"] == expected


def test_response_matches_predictor_explainer_and_occlusion_map(shipped: FlaskClient):
    """With the shipped model: probabilities, layers, weights, the map and the header."""
    response = shipped.post("/explain", **SEVEN)
    body = response.json
    assert list(body) == ["model", "labels", "image", "crop", "probabilities", "known", "layers", "occlusion"]
    prediction = shipped.post("/predict?crops=1", **SEVEN)
    assert body["crop"] == prediction.json["crops"][0] == [2, 2]
    assert body["probabilities"] == prediction.json["predictions"][0]["probabilities"]
    assert body["known"] == prediction.json["predictions"][0]["known"]
    assert response.headers["X-Inkling-Model"] == f"digits; sha256={file_sha256(SHIPPED)}"
    assert response.headers["X-Inkling-Model"] == prediction.headers["X-Inkling-Model"]
    predictor, image = Predictor(SHIPPED), np.array(body["image"], np.uint8)
    explainer = Explainer(SHIPPED.read_bytes(), predictor)
    activations = explainer.activations(image[2:26, 2:26])
    assert [row["name"] for row in body["layers"]] == [layer.name for layer in explainer.layers]
    for row, layer, values in zip(body["layers"], explainer.layers, activations, strict=True):
        assert row["output_shape"] == list(layer.shape)
        assert "tensors" not in row
        np.testing.assert_allclose(np.array(row["activations"]), values, atol=6e-6)
        if layer.kernel is not None:
            np.testing.assert_allclose(np.array(row["kernel"]), explainer.kernel(layer), atol=6e-7)
            np.testing.assert_allclose(np.array(row["bias"]), explainer.bias(layer), atol=6e-7)
    assert body["layers"][1]["merged"] == ["conv1_norm"]
    assert body["occlusion"]["crops"] == [[1, 1], [1, 3], [3, 1], [3, 3]]
    np.testing.assert_allclose(np.array(body["occlusion"]["values"]), compute_occlusion_map(predictor, image), atol=6e-6)


def test_activations_can_be_recomputed_from_the_response(shipped: FlaskClient):
    """From the rounded numbers of the JSON alone: values of a padded convolution, and the dense layer."""
    layers = {layer["name"]: layer for layer in shipped.post("/explain?show=activations,kernels", **SEVEN).json["layers"]}
    conv = layers["conv2"]
    inputs = np.array(layers[conv["inputs"][0]]["activations"])
    top, left, bottom, right = conv["padding"]
    padded = np.pad(inputs, ((top, bottom), (left, right), (0, 0)))
    (height, width), (down, across) = conv["window"], conv["strides"]
    for row, column, channel in ((0, 0, 0), (4, 4, 17), (2, 3, 47)):
        window = padded[row * down :, column * across :][:height, :width]
        total = conv["bias"][channel] + (window * np.array(conv["kernel"])[..., channel]).sum()
        assert total == pytest.approx(conv["activations"][row][column][channel], abs=1e-3)
    dense = layers["dense"]
    total = np.array(layers["flatten"]["activations"]) @ np.array(dense["kernel"]) + dense["bias"]
    np.testing.assert_allclose(total, dense["activations"], atol=1e-3)


@pytest.mark.parametrize("crop", ["0,0", "4,4", "1,3", None])
def test_crop_is_a_window_of_the_image(client: FlaskClient, crop: str | None):
    """Its corner is [top, left]; the first layer's activations are its pixels."""
    body = client.post("/explain", query_string={"crop": crop} if crop else {}, **SEVEN).json
    top, left = body["crop"]
    assert f"{top},{left}" == (crop or "2,2")
    window = np.array(body["image"])[top : top + 24, left : left + 24]
    assert np.array_equal(np.array(body["layers"][0]["activations"])[..., 0], window)


@pytest.mark.parametrize(
    "show", ["activations", "kernels", "occlusion", "occlusion,kernels", "kernels,activations,occlusion", None], ids=str
)
def test_show_selects_parts_of_the_response(client: FlaskClient, show: str | None):
    """All of them by default; layers come with activations or kernels."""
    body = client.post("/explain", query_string={"show": show} if show else {}, **SEVEN).json
    parts = (show or "activations,kernels,occlusion").split(",")
    assert ("occlusion" in body) == ("occlusion" in parts)
    assert ("layers" in body) == (parts != ["occlusion"])
    for layer in body.get("layers", []):
        assert ("activations" in layer) == ("activations" in parts)
        assert ("kernel" in layer) == ("bias" in layer) == ("kernels" in parts and layer["kind"] == "Dense")


def test_large_arrays_are_null(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    """The layer itself is still described."""
    monkeypatch.setattr(views, "MAX_VALUES", 600)
    layers = client.post("/explain", **SEVEN).json["layers"]
    assert [layer["activations"] is None for layer in layers] == [False] * 4
    assert layers[2]["kernel"] is None
    assert layers[2]["parameters"] == 5760


def test_model_without_graph_layers_has_an_occlusion_map_only(make_app, models_folder: Path):
    """Activations and kernels are refused; the model still predicts."""
    labels = [str(digit) for digit in range(10)]
    write_fake_model(models_folder / "digits.onnx", card=fake_card(labels, graph_layers=[]))
    client = make_app().test_client()
    for show in ("", "?show=activations", "?show=kernels,occlusion"):
        assert_error(client.post(f"/explain{show}", **SEVEN), 422, "no_layer_outputs")
    assert np.array(client.post("/explain?show=occlusion", **SEVEN).json["occlusion"]["values"]).shape == (10, 28, 28)
    assert client.post("/predict", **SEVEN).status_code == 200


INVALID = {
    "crop outside the image": ("?crop=5,0", SEVEN),
    "half a crop": ("?crop=2", SEVEN),
    "negative crop": ("?crop=-1,0", SEVEN),
    "crop in other digits": ("?crop=٢,٢", SEVEN),
    "empty crop": ("?crop=", SEVEN),
    "repeated crop": ("?crop=1,1&crop=1,1", SEVEN),
    "unknown show": ("?show=gradients", SEVEN),
    "repeated show": ("?show=kernels,kernels", SEVEN),
    "empty show": ("?show=", SEVEN),
    "unknown parameter": ("?crops=4", SEVEN),
    "two files": ("", upload(encode_picture(draw_seven()), encode_picture(draw_seven()))),
    "many pictures in base64": ("", {"json": {"images": [to_base64(encode_picture(draw_seven()))] * 300}}),
    "two pictures of pixels": ("", {"json": {"pixels": [[[0, 255]], [[0, 255]]]}}),
    "no picture": ("", {"json": {}}),
    "two forms of picture": ("", {"json": {"strokes": [], "image": ""}}),
}


@pytest.mark.parametrize("case", INVALID)
def test_invalid_requests_are_refused(client: FlaskClient, case: str):
    """Query parameters and bodies that take one picture."""
    query, body = INVALID[case]
    assert_error(client.post(f"/explain{query}", **deepcopy(body)), 400, "invalid_input")


def test_other_errors_have_the_usual_codes(client: FlaskClient, make_app, tmp_path: Path):
    """An empty picture, too many points, an unknown model, other media types, no model at all."""
    assert_error(client.post("/explain", json={"strokes": []}), 422, "empty_picture")
    assert_error(client.post("/explain", json={"strokes": [[[0, 0]] * 20_001]}), 413, "too_large")
    assert_error(client.post("/explain?model=other", **SEVEN), 404, "model_not_found")
    assert_error(client.post("/explain", data="text", content_type="text/plain"), 415, "unsupported_media_type")
    assert_error(client.post("/explain", data=b"{", content_type="application/json"), 400, "invalid_json")
    assert_error(client.get("/explain"), 405, "method_not_allowed")
    (tmp_path / "none").mkdir()
    assert_error(make_app(models=str(tmp_path / "none")).test_client().post("/explain", **SEVEN), 503, "not_ready")


def test_labels_may_be_words(make_app, models_folder: Path):
    """Any two strings."""
    write_fake_model(models_folder / "words.onnx", ["a cat", "keine Katze"])
    body = make_app().test_client().post("/explain?model=words", **SEVEN).json
    assert body["labels"] == ["a cat", "keine Katze"]
    assert np.array(body["occlusion"]["values"]).shape == (2, 28, 28)
    assert body["layers"][-1]["output_shape"] == [2]


def test_explanations_are_counted_in_metrics(client: FlaskClient):
    """As pictures of this route, and as seconds of the model."""
    client.post("/explain", **SEVEN)
    text = client.get("/metrics").text
    assert 'inkling_pictures_total{route="/explain"} 1.0' in text
    assert 'inkling_inference_seconds_total{model="digits",version=' in text


def test_concurrent_requests_create_one_explainer_per_model(make_app, models_folder: Path):
    """Several threads ask about several models; each gets the response that it gets alone."""
    created, original = [], Explainer.__init__

    def count(self: Explainer, *arguments: object) -> None:
        created.append(arguments)
        original(self, *arguments)

    for name in ("a", "b"):
        write_fake_model(models_folder / f"{name}.onnx", [name, "other"])
    other, app = make_app(), make_app()
    alone = {name: other.test_client().post(f"/explain?model={name}", **SEVEN).json for name in ("a", "b", "digits")}
    barrier = threading.Barrier(6)

    def post_repeatedly(number: int) -> bool:
        barrier.wait()
        name = list(alone)[number % 3]
        return all(app.test_client().post(f"/explain?model={name}", **deepcopy(SEVEN)).json == alone[name] for _ in range(10))

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(6) as pool:
        patch.setattr(Explainer, "__init__", count)
        assert all(pool.map(post_repeatedly, range(6)))
    assert len(created) == 3


def test_predictions_create_no_explainer(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """It is created by the first explanation."""
    monkeypatch.setattr(Explainer, "__init__", lambda *_: pytest.fail("created an explainer"))
    client = app.test_client()
    assert client.post("/predict?show=image,steps", **SEVEN).status_code == 200
    assert client.post("/read", data=io.BytesIO(encode_picture(draw_seven())), content_type="image/png").status_code == 200
