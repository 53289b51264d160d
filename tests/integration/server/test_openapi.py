"""The OpenAPI document of the server against its responses. tests/integration/test_openapi_conformance.py checks more."""

import io
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.api.openapi.document import build_document
from server.app import create_app
from server.extensions import EXTENSION_KEY
from server.settings import Settings
from tests.support.evaluation_uploads import as_json, csv, idx_pair
from tests.support.fake_model import write_fake_model
from tests.support.pictures import draw_seven, encode_picture

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def app_with_data(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app with a report and a drawing in its store."""
    folder: Path = tmp_path_factory.mktemp("openapi")
    write_fake_model(folder / "digits.onnx")
    app = create_app(Settings(models=str(folder), store=f"sqlite:///{folder / 'store.db'}"))
    assert app.test_client().post("/evaluate", json=as_json()).status_code == 201
    assert app.test_client().post("/feedback", json={"strokes": [[[0, 0], [9, 9]]], "label": 1}).status_code == 201
    yield app
    app.extensions[EXTENSION_KEY].reports.engine.dispose()


@pytest.fixture(scope="module")
def api(app_with_data: Flask) -> schemathesis.BaseSchema:
    """The OpenAPI schema of the app."""
    return schemathesis.openapi.from_wsgi("/openapi.json", app_with_data)


OPERATIONS = [(path, method) for path, methods in build_document(Settings())["paths"].items() for method in methods]


@pytest.mark.parametrize("mode", schemathesis.GenerationMode)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_generated_requests(api: schemathesis.BaseSchema, path: str, method: str, mode: str):
    """Valid and invalid requests get only described responses, never 5xx; invalid ones no 2xx."""
    operation = api[path][method]
    checks = [*CHECKS, negative_data_rejection] if mode.is_negative else CHECKS
    if mode.is_negative and not (operation.query or operation.body):
        return  # nothing to get wrong

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=4, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def call(case: schemathesis.Case) -> None:
        if mode.is_positive:  # else most end as the 404 of a name that is made up
            case.query = {name: value for name, value in (case.query or {}).items() if name not in ("model", "before")}
            case.path_parameters = dict.fromkeys(case.path_parameters or {}, "digits" if "models" in path else "latest")
        response = case.call()
        refused_for_size = response.status_code == 413  # a refusal, too, though none that schemathesis counts among them
        case.validate_response(response, checks=CHECKS if refused_for_size else checks)

    call()


def test_limits_follow_the_settings(make_app):
    """In schemas and descriptions."""
    client = make_app(max_pictures=7, max_predict_bytes=12_345).test_client()
    description = client.get("/openapi.json").json
    assert description["components"]["schemas"]["PredictRequest"]["oneOf"][1]["properties"]["images"]["maxItems"] == 7
    assert "12,345 bytes" in description["paths"]["/predict"]["post"]["description"]


GOOD = {
    "a picture": ("/predict?crops=all&show=image", {"data": encode_picture(draw_seven()), "content_type": "image/png"}),
    "pictures": ("/predict", {"data": {"image": [(io.BytesIO(encode_picture(draw_seven())), "a.png")]}}),
    "pixels": ("/predict", {"json": {"pixels": draw_seven()[::5, ::5].tolist()}}),
    "steps": ("/predict?show=image,steps", {"json": {"strokes": [[[0, 0], [9, 90]]], "pen": 7.5}}),
    "an explanation": ("/explain?crop=0,4&model=digits", {"data": encode_picture(draw_seven()), "content_type": "image/png"}),
    "a part of an explanation": ("/explain?show=kernels,occlusion", {"json": {"strokes": [[[0, 0], [9, 90]]], "pen": 3}}),
    "a set": ("/evaluate", {"json": as_json()}),
    "a set by its name": ("/evaluate?crops=1", {"json": {"data": "feedback"}}),
    "a set, with events": ("/evaluate", {"json": as_json(), "headers": {"Accept": "application/x-ndjson"}}),
    "a file": ("/evaluate", {"data": {"data": (io.BytesIO(csv()), "a.csv")}}),
    "two files": ("/evaluate", {"data": idx_pair()}),
    "feedback": ("/feedback?label=7", {"data": encode_picture(draw_seven()), "content_type": "image/png"}),
    "feedback with a prediction": ("/feedback?predicted=7", {"json": {"strokes": [[[0, 0], [9, 9]]], "label": 1}}),
    "feedback as a form": ("/feedback", {"data": {"image": (io.BytesIO(encode_picture(draw_seven())), "a.png"), "label": "7"}}),
}


@pytest.mark.parametrize("what", GOOD)
def test_valid_requests(api: schemathesis.BaseSchema, app_with_data: Flask, what: str):
    """Responses that generated requests rarely reach."""
    path, arguments = GOOD[what]
    client = app_with_data.test_client()
    client.post("/feedback?label=7", data=encode_picture(draw_seven()))  # generated requests may have deleted it
    answer = client.post(path, **arguments)
    assert answer.status_code in (200, 201)
    operation = api[path.partition("?")[0]]["POST"]
    operation.validate_response(answer)
