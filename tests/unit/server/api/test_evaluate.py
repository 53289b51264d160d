"""POST /evaluate: uploads, reports and errors."""

import io
import zipfile
from contextlib import ExitStack

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from inkling.datasets.dataset import Dataset
from inkling.evaluation.metrics import confusion_matrix
from inkling.limits import Limits
from server.extensions import EXTENSION_KEY
from tests.support import evaluation_uploads
from tests.support.assertions import assert_error
from tests.support.pictures import encode_picture, to_base64
from tests.support.server_fixtures import MakeApp


def upload(data: bytes, name: str = "set") -> dict:
    """The arguments of a request with one file in the field data."""
    return {"data": {"data": (io.BytesIO(data), name)}}


FORMS = {
    "zip": lambda: upload(evaluation_uploads.archive(), "five.zip"),
    "csv": lambda: upload(evaluation_uploads.csv(), "five.csv"),
    "IDX": lambda: {"data": evaluation_uploads.idx_pair()},
    "IDX, gzipped": lambda: {"data": evaluation_uploads.idx_pair(packed=True)},
    "JSON of pixels": lambda: {"json": evaluation_uploads.as_json()},
    "JSON with whole numbers": lambda: {
        "json": evaluation_uploads.as_json([int(label) for label in evaluation_uploads.LABELS])
    },
    "JSON of base64": lambda: {
        "json": {
            "images": [to_base64(encode_picture(image)) for image in evaluation_uploads.images()],
            "labels": evaluation_uploads.LABELS,
        }
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_all_formats_give_the_same_report(app: Flask, client: FlaskClient, form: str):
    """The counts equal those of the predictor."""
    answer = client.post("/evaluate", **FORMS[form]())
    assert answer.status_code == 201, answer.text
    predictor = app.extensions[EXTENSION_KEY].models.loaded["digits"].predictor
    data = Dataset.from_pictures("five", evaluation_uploads.images(), evaluation_uploads.LABELS, Limits()).with_labels(
        predictor.card.labels
    )
    expected = confusion_matrix(data.targets, predictor.predict(data.images).probabilities.argmax(1), 10)
    assert answer.json["confusion_matrix"]["counts"] == expected.tolist()
    assert answer.json["data"]["n"] == 5
    assert answer.json["accuracy"] == pytest.approx(np.trace(expected) / 5)
    assert len(answer.json["mistakes"]) == 5 - np.trace(expected)


def test_both_splits_of_an_npz_are_evaluated(client: FlaskClient):
    """Keras' layout has a training and a test split."""
    assert client.post("/evaluate", **upload(evaluation_uploads.npz(), "mnist.npz")).json["data"]["n"] == 10


def test_location_is_the_stored_report(client: FlaskClient):
    """The report is also the latest one."""
    answer = client.post("/evaluate?name=five&crops=1", json=evaluation_uploads.as_json())
    assert answer.headers["Location"] == f"/reports/{answer.json['id']}"
    assert answer.json["crops"] == [[2, 2]]
    assert answer.json["data"]["name"] == "five"
    assert client.get(answer.headers["Location"]).json == answer.json
    assert client.get("/reports/latest").json == answer.json


def test_report_has_exactly_the_documented_fields(client: FlaskClient):
    """See design.md, section 5."""
    report = client.post("/evaluate", json=evaluation_uploads.as_json()).json
    top = "id model version created data crops accuracy loss seconds batches calibration known macro classes mistakes"
    assert report.keys() == {*top.split(), "confusion_matrix"}
    assert report["model"] == "digits"
    assert report["data"].keys() == {"name", "n", "sha256"}
    assert report["calibration"].keys() == {"error", "bins"}
    assert report["calibration"]["bins"][0].keys() == {"from", "to", "n", "confidence", "accuracy"}
    assert report["known"].keys() == {"threshold", "score", "rejected"}
    assert report["macro"].keys() == {"precision", "recall", "f1"}
    assert [row["label"] for row in report["classes"]] == report["confusion_matrix"]["labels"]
    assert report["classes"][0].keys() == {"label", "n", "precision", "recall", "f1"}
    assert report["confusion_matrix"].keys() == {"labels", "rows", "columns", "counts"}
    assert report["mistakes"][0].keys() == {"index", "true", "predicted", "confidence"}


def test_blank_pictures_are_left_out(client: FlaskClient):
    """They do not count in n."""
    body = evaluation_uploads.as_json()
    body["images"].append(np.zeros((28, 28), int).tolist())
    body["images"].append(np.full((40, 60), 255).tolist())
    body["labels"] += ["3", "3"]
    assert client.post("/evaluate", json=body).json["data"]["n"] == 5


BAD = {
    "an unknown label": (lambda: {"json": evaluation_uploads.as_json(["7", "1", "7", "x", "1"])}, 422, "invalid_dataset"),
    "too few labels": (lambda: {"json": evaluation_uploads.as_json(["7"])}, 422, "invalid_dataset"),
    "nothing": (lambda: {"json": {"images": [], "labels": []}}, 422, "invalid_dataset"),
    "only blank pictures": (lambda: {"json": {"images": [[[0, 0]]], "labels": ["7"]}}, 422, "invalid_dataset"),
    "a boolean label": (lambda: {"json": evaluation_uploads.as_json(["7", "1", True, "0", "1"])}, 400, "invalid_input"),
    "an empty label": (lambda: {"json": evaluation_uploads.as_json(["7", "1", "", "0", "1"])}, 422, "invalid_dataset"),
    "a broken picture": (lambda: {"json": {"images": ["7"], "labels": ["7"]}}, 400, "invalid_input"),
    "one key": (lambda: {"json": {"images": []}}, 400, "invalid_input"),
    "another key": (lambda: {"json": evaluation_uploads.as_json() | {"name": "five"}}, 400, "invalid_input"),
    "no arrays": (lambda: {"json": {"images": "7", "labels": "7"}}, 400, "invalid_input"),
    "no JSON": (lambda: {"data": "{", "content_type": "application/json"}, 400, "invalid_json"),
    "a raw body": (lambda: {"data": b"PK", "content_type": "application/zip"}, 415, "unsupported_media_type"),
    "an empty form": (lambda: {"data": {}, "content_type": "multipart/form-data"}, 400, "invalid_input"),
    "text for a file": (lambda: {"data": {"data": "7"}, "content_type": "multipart/form-data"}, 400, "invalid_input"),
    "images without labels": (lambda: {"data": {"images": evaluation_uploads.idx_pair()["images"]}}, 400, "invalid_input"),
    "all three fields": (
        lambda: {"data": evaluation_uploads.idx_pair() | upload(evaluation_uploads.csv())["data"]},
        400,
        "invalid_input",
    ),
    "no set": (lambda: upload(b"hello"), 422, "invalid_dataset"),
    "a nameless file": (
        lambda: {
            "data": b'--B\r\nContent-Disposition: form-data; filename="a"\r\n\r\nx\r\n--B--\r\n',
            "content_type": "multipart/form-data; boundary=B",
        },
        400,
        "invalid_input",
    ),
    "an array of 9,000 digits": (
        lambda: upload(npz_of_shape("9" * 9_000), "a.npz"),
        422,
        "invalid_dataset",
    ),
    "an empty file": (lambda: upload(b""), 422, "invalid_dataset"),
    "half a zip": (lambda: upload(evaluation_uploads.archive()[:200]), 422, "invalid_dataset"),
    "IDX of the wrong order": (
        lambda: {
            "data": {"images": evaluation_uploads.idx_pair()["labels"], "labels": evaluation_uploads.idx_pair()["images"]}
        },
        422,
        "invalid_dataset",
    ),
}


def npz_of_shape(length: str) -> bytes:
    """A .npz whose arrays declare this length and are empty."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({length},)}}".encode()
    array = b"\x93NUMPY\x02\x00" + len(header).to_bytes(4, "little") + header
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("x.npy", "y.npy"):
            archive.writestr(name, array)
    return out.getvalue()


@pytest.mark.parametrize("what", BAD)
def test_invalid_dataset_is_refused(client: FlaskClient, what: str):
    """No report is stored."""
    arguments, status, code = BAD[what]
    assert_error(client.post("/evaluate", **arguments()), status, code)
    assert client.get("/reports").json["reports"] == []


@pytest.mark.parametrize("query", ["crops=9", "model=letters", "name=", f"name={'x' * 101}", "name=a%00b", "show=image"])
def test_invalid_query_is_refused(client: FlaskClient, query: str):
    """Unknown parameters and values."""
    answer = client.post(f"/evaluate?{query}", json=evaluation_uploads.as_json())
    assert_error(answer, *((404, "model_not_found") if query.startswith("model") else (400, "invalid_input")))


def test_limits_are_enforced(make_app: MakeApp):
    """Limits of bytes, images and JSON values; /evaluate accepts more bytes than /predict."""
    client = make_app(
        max_predict_bytes=1_000, max_evaluate_bytes=40_000, max_dataset_images=4, max_evaluate_values=3_000
    ).test_client()
    body = {"images": [[[0, 255]]] * 4, "labels": ["7"] * 4}
    assert client.post("/evaluate", json=body).status_code in (201, 422)
    assert_error(client.post("/evaluate", json=body | {"images": [[[0, 255]]] * 5}), 413, "too_large")
    assert_error(client.post("/evaluate", json=evaluation_uploads.as_json()), 413, "too_large")
    assert_error(client.post("/evaluate", data=b"x" * 40_001, content_type="application/json"), 413, "too_large")


def test_pixels_of_json_images_are_limited(make_app: MakeApp):
    """As those of picture files in an archive."""
    client = make_app(max_dataset_pixels=28 * 28 * 4).test_client()
    image = to_base64(encode_picture(evaluation_uploads.images()[0]))
    assert client.post("/evaluate", json={"images": [image] * 4, "labels": ["7"] * 4}).status_code == 201
    answer = client.post("/evaluate", json={"images": [image] * 5, "labels": ["7"] * 5})
    assert_error(answer, 413, "too_large")
    assert "pixels in total" in answer.json["error"]["message"]


def test_slots_are_released(app: Flask, client: FlaskClient):
    """After success and after failure. Without a free slot the response is 503."""
    for _ in range(5):
        assert client.post("/evaluate", json=evaluation_uploads.as_json()).status_code == 201
        assert client.post("/evaluate", json={}).status_code == 400
    with ExitStack() as slots:
        for _ in range(app.extensions[EXTENSION_KEY].settings.threads - 1):
            slots.enter_context(app.extensions[EXTENSION_KEY].evaluations.reserve_slot())
        answer = client.post("/evaluate", json=evaluation_uploads.as_json())
    assert_error(answer, 503, "busy")
    assert int(answer.headers["Retry-After"]) > 0
