"""/models/NAME/versions, /models/NAME/traffic, ?version= and the versions of /v2."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from inkling.models.repository import ModelRepository, file_sha256
from inkling.models.smoke_test import smoke_image
from server.extensions import EXTENSION_KEY
from tests.support.assertions import assert_error
from tests.support.canary import publish_versions
from tests.support.evaluation_uploads import as_json
from tests.support.fake_model import write_fake_model
from tests.support.pictures import draw_seven
from tests.support.server_fixtures import MakeApp

PIXELS = {"pixels": draw_seven().tolist()}
TRAFFIC = "/models/digits/traffic"
REQUESTS = {
    "/predict": PIXELS,
    "/read": {"pixels": np.pad(draw_seven(), 20, mode="edge").tolist()},
    "/explain": PIXELS,
    "/evaluate": as_json(),
}
TENSOR = {"name": "images", "datatype": "UINT8", "shape": [1, 28, 28], "data": smoke_image().ravel().tolist()}


@pytest.fixture
def hashes(models_folder: Path) -> dict[str, str]:
    """The versions of the model digits."""
    return publish_versions(models_folder)


@pytest.fixture
def app(make_app: MakeApp, hashes: dict[str, str]) -> Flask:  # noqa: ARG001 published before they are loaded
    """An app with these versions."""
    return make_app()


def answering(response: Any) -> str:
    """The hash of the version that answered."""
    assert response.status_code in (200, 201), response.text
    return response.headers["X-Inkling-Model"].partition("sha256=")[2]


def test_versions_are_listed(client: FlaskClient, hashes: dict[str, str]):
    """The current one first, with state, time, and share."""
    client.put(TRAFFIC, json={"shares": {hashes["candidate"]: 0.25}})
    answer = client.get("/models/digits/versions").json
    assert answer["model"] == "digits"
    rows = answer["versions"]
    states = ["current", "candidate", "previous"]
    assert [row["state"] for row in rows] == states
    assert [row["sha256"] for row in rows] == [hashes[state] for state in states]
    assert [row["version"] for row in rows] == [hashes[state][:12] for state in states]
    assert [row["share"] for row in rows] == [0.75, 0.25, 0]
    assert [row["loaded"] for row in rows] == [True, True, False]
    assert all(row["published"].startswith("20") for row in rows)
    assert rows[0]["published"] >= rows[2]["published"]


def test_version_has_a_card(client: FlaskClient, hashes: dict[str, str]):
    """Its own."""
    cards = {state: client.get(f"/models/digits/versions/{hashes[state][:12]}").json for state in hashes}
    assert len({card["created"] for card in cards.values()}) == 3
    assert cards["current"] == client.get("/models/digits").json == client.get("/models/digits/versions/current").json


@pytest.mark.parametrize("path", REQUESTS)
def test_version_in_the_query(client: FlaskClient, hashes: dict[str, str], path: str):
    """With and without a model's name; by hash, prefix or `current`. The header names it."""
    for sha256 in hashes.values():
        for query in (f"version={sha256[:12]}", f"version={sha256}", f"model=digits&version={sha256[:20]}"):
            assert answering(client.post(f"{path}?{query}", json=REQUESTS[path])) == sha256
    assert answering(client.post(f"{path}?version=current", json=REQUESTS[path])) == hashes["current"]
    assert answering(client.post(path, json=REQUESTS[path])) == hashes["current"]


@pytest.mark.parametrize("version", ["0" * 12, "", "latest", "1", "..", "x" * 1000, "CURRENT"])
@pytest.mark.parametrize("path", REQUESTS)
def test_unknown_version(client: FlaskClient, path: str, version: str):
    """404."""
    assert_error(client.post(f"{path}?version={version}", json=REQUESTS[path]), 404, "version_not_found", "digits")


def test_damaged_version(client: FlaskClient, models_folder: Path, hashes: dict[str, str]):
    """422, as for another model that cannot be loaded."""
    path = ModelRepository(models_folder).versions("digits")[0].path
    path.write_bytes(path.read_bytes()[:-1])
    version = hashes["previous"][:12]
    assert_error(client.post(f"/predict?version={version}", json=PIXELS), 422, "invalid_model", version)
    assert_error(client.get(f"/models/digits/versions/{version}"), 422, "invalid_model")
    assert client.get(f"/v2/models/digits/versions/{version}/ready").status_code == 422
    assert_error(client.post(f"/models/digits/versions/{version}/promote"), 422, "invalid_model")


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_shares_decide_which_version_answers(app: Flask, client: FlaskClient, hashes: dict[str, str], share: float):
    """Of /predict, /read and /v2; /explain and /evaluate are answered by the current version."""
    app.extensions[EXTENSION_KEY].models.traffic.random = lambda: 0.4
    assert client.put(TRAFFIC, json={"shares": {hashes["candidate"][:12]: share}}).status_code == 200
    expected = hashes["candidate" if share > 0.4 else "current"]
    for path in ("/predict", "/read"):
        assert answering(client.post(path, json=REQUESTS[path])) == expected
    response = client.post("/v2/models/digits/infer", json={"inputs": [TENSOR]})
    assert answering(response) == expected
    assert response.json["model_version"] == expected[:12]
    for path in ("/explain", "/evaluate"):
        assert answering(client.post(path, json=REQUESTS[path])) == hashes["current"]
    assert answering(client.post("/predict?version=current", json=PIXELS)) == hashes["current"]


def test_traffic(client: FlaskClient, hashes: dict[str, str]):
    """GET, PUT and DELETE."""
    current, candidate, previous = (hashes[state] for state in ("current", "candidate", "previous"))
    empty = {"model": "digits", "current": current[:12], "current_share": 1, "shares": {}, "problem": None}
    assert client.get(TRAFFIC).json == empty
    full = empty | {"current_share": 0.7, "shares": {candidate[:12]: 0.1, previous[:12]: 0.2}}
    assert client.put(TRAFFIC, json={"shares": {candidate: 0.1, previous[:15]: 0.2}}).json == full
    assert client.get(TRAFFIC).json == full
    assert client.put(TRAFFIC, json={"shares": full["shares"]}).json == full
    assert client.put(TRAFFIC, json={"shares": {}}).json == empty
    client.put(TRAFFIC, json={"shares": full["shares"]})
    for _ in range(2):
        assert client.delete(TRAFFIC).status_code == 204
        assert client.get(TRAFFIC).json == empty


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid_input"),
        ({"shares": None}, 400, "invalid_input"),
        ({"shares": []}, 400, "invalid_input"),
        ({"shares": {}, "more": 1}, 400, "invalid_input"),
        ({"shares": {"candidate": 1.5}}, 400, "invalid_input"),
        ({"shares": {"candidate": -0.5}}, 400, "invalid_input"),
        ({"shares": {"candidate": "0.5"}}, 400, "invalid_input"),
        ({"shares": {"candidate": True}}, 400, "invalid_input"),
        ({"shares": {"candidate": 0.6, "previous": 0.6}}, 400, "invalid_input"),
        ({"shares": {"current": 0.5}}, 400, "invalid_input"),
        ({"shares": {"0" * 12: 0.5}}, 404, "version_not_found"),
        ({"shares": {"": 0.5}}, 404, "version_not_found"),
        ({"shares": {f"{n:012}": 0 for n in range(200)}}, 413, "too_large"),
    ],
)
def test_invalid_traffic_changes_nothing(client: FlaskClient, hashes: dict[str, str], body: dict, status: int, code: str):
    """The message says what is wrong."""
    client.put(TRAFFIC, json={"shares": {hashes["previous"]: 0.125}})
    before = client.get(TRAFFIC).json
    if isinstance(body.get("shares"), dict):
        body = body | {"shares": {hashes.get(version, version): share for version, share in body["shares"].items()}}
    assert_error(client.put(TRAFFIC, json=body), status, code)
    assert client.get(TRAFFIC).json == before
    assert_error(client.put(TRAFFIC, data=b"{"), 400, "invalid_json")


def test_promotion(client: FlaskClient, models_folder: Path, hashes: dict[str, str]):
    """The candidate becomes current, its share ends, and a rollback undoes it."""
    client.put(TRAFFIC, json={"shares": {hashes["candidate"]: 0.5}})
    answer = client.post(f"/models/digits/versions/{hashes['candidate'][:12]}/promote")
    assert answer.json["sha256"] == hashes["candidate"] == file_sha256(models_folder / "digits.onnx")
    assert client.get(TRAFFIC).json["shares"] == {}
    assert answering(client.post("/predict", json=PIXELS)) == hashes["candidate"]
    assert [row["state"] for row in client.get("/models/digits/versions").json["versions"]] == [
        "current",
        "previous",
        "previous",
    ]
    assert_error(client.post("/models/digits/versions/current/promote"), 400, "invalid_input")
    assert_error(client.post(f"/models/digits/versions/{'0' * 12}/promote"), 404, "version_not_found")
    assert client.post("/models/digits/rollback").json["sha256"] == hashes["current"]


def test_rollback_ends_the_canary(client: FlaskClient, hashes: dict[str, str]):
    """The restored version answers everything."""
    client.put(TRAFFIC, json={"shares": {hashes["candidate"]: 0.5}})
    assert client.post("/models/digits/rollback").json["sha256"] == hashes["previous"]
    assert client.get(TRAFFIC).json["shares"] == {}


def test_problem_is_reported(client: FlaskClient, models_folder: Path, hashes: dict[str, str]):
    """By GET traffic and by readiness, which stays 200."""
    client.put(TRAFFIC, json={"shares": {hashes["candidate"]: 0.5}})
    ModelRepository(models_folder).traffic_path("digits").write_bytes(b"{")
    answer = client.get(TRAFFIC).json
    assert answer["problem"]
    assert (answer["current_share"], answer["shares"]) == (1, {})
    ready = client.get("/health/ready")
    assert (ready.status_code, [each["file"] for each in ready.json["rejected"]]) == (200, [".versions/digits/traffic.json"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/versions"), ("GET", "/versions/current"), ("GET", "/traffic"), ("PUT", "/traffic"), ("DELETE", "/traffic")],
)
def test_unknown_model(client: FlaskClient, method: str, path: str):
    """404."""
    assert_error(client.open(f"/models/letters{path}", method=method, json={"shares": {}}), 404, "model_not_found")
    assert_error(client.post("/models/letters/versions/current/promote"), 404, "model_not_found")


def test_model_without_versions(make_app: MakeApp, models_folder: Path):
    """A file that was copied into the folder is a version, too; nothing is written next to it."""
    write_fake_model(models_folder / "digits.onnx")
    client = make_app().test_client()
    sha256 = file_sha256(models_folder / "digits.onnx")
    assert [row["sha256"] for row in client.get("/models/digits/versions").json["versions"]] == [sha256]
    assert answering(client.post(f"/predict?version={sha256[:12]}", json=PIXELS)) == sha256
    assert_error(client.put(TRAFFIC, json={"shares": {"0" * 12: 0.1}}), 404, "version_not_found")
    assert_error(client.put(TRAFFIC, json={"shares": {sha256: 0.1}}), 400, "invalid_input")
    assert client.delete(TRAFFIC).status_code == 204
    assert list(models_folder.iterdir()) == [models_folder / "digits.onnx"]


def test_v2_addresses_all_versions(client: FlaskClient, hashes: dict[str, str]):
    """Metadata, readiness and inference."""
    states = ("current", "candidate", "previous")
    metadata = client.get("/v2/models/digits").json
    assert metadata["versions"] == [hashes[state][:12] for state in states]
    for state in states:
        path = f"/v2/models/digits/versions/{hashes[state][:12]}"
        assert client.get(path).json == metadata
        assert client.get(f"{path}/ready").json == {"name": "digits", "ready": True}
        response = client.post(f"{path}/infer", json={"inputs": [TENSOR]})
        assert answering(response) == hashes[state]
        assert response.json["model_version"] == hashes[state][:12]
    for path in ("", "/ready", "/infer"):
        method = "POST" if path == "/infer" else "GET"
        response = client.open(f"/v2/models/digits/versions/{'0' * 12}{path}", method=method, json={"inputs": [TENSOR]})
        assert response.status_code == 404
        assert response.json.keys() == {"error"}


def test_report_names_the_version(client: FlaskClient, hashes: dict[str, str]):
    """So that reports of two versions can be compared."""
    for sha256 in hashes.values():
        report = client.post(f"/evaluate?version={sha256}", json=as_json()).json
        assert client.get(f"/reports/{report['id']}").json["version"] == report["version"] == sha256[:12]


def test_explanation_is_that_of_the_version(client: FlaskClient, hashes: dict[str, str]):
    """Its layers are read from its own file."""
    for sha256 in hashes.values():
        response = client.post(f"/explain?show=activations&version={sha256}", json=PIXELS)
        assert answering(response) == sha256
        assert response.json["layers"]


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", TRAFFIC), ("DELETE", TRAFFIC), ("POST", "/models/digits/versions/current/promote")]
)
def test_changes_need_write_access(make_app: MakeApp, hashes: dict[str, str], method: str, path: str):  # noqa: ARG001
    """From pages of other sites, and beyond loopback without the token, they are refused."""
    options = {"method": method, "json": {"shares": {}}}
    assert_error(make_app().test_client().open(path, headers={"Origin": "https://evil.example"}, **options), 403, "forbidden")
    client = make_app(host="0.0.0.0", token="right").test_client()  # noqa: S104 nothing listens
    assert_error(client.open(path, **options), 401, "unauthorized")
