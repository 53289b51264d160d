"""GET /openapi.json: complete, valid, and kept by the routes."""

import io
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.api.openapi import describe
from server.api.openapi.schemas import FAILURES
from server.app import create_app
from server.extensions import KEY
from server.settings import Settings
from tests.support.evaluation_uploads import as_json, csv, idx_pair
from tests.support.fake_model import write_fake_model
from tests.support.pictures import encoded, seven

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def kept_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app with a report and a drawing in its store."""
    folder: Path = tmp_path_factory.mktemp("openapi")
    write_fake_model(folder / "digits.onnx")
    app = create_app(Settings(models=str(folder), store=f"sqlite:///{folder / 'store.db'}"))
    assert app.test_client().post("/evaluate", json=as_json()).status_code == 201
    assert app.test_client().post("/feedback", json={"strokes": [[[0, 0], [9, 9]]], "label": 1}).status_code == 201
    yield app
    app.extensions[KEY].reports.engine.dispose()


@pytest.fixture(scope="module")
def api(kept_app: Flask) -> schemathesis.BaseSchema:
    """The description, with a way to call what it describes."""
    return schemathesis.openapi.from_wsgi("/openapi.json", kept_app)


OPERATIONS = [(path, method) for path, methods in describe(Settings())["paths"].items() for method in methods]


@pytest.mark.parametrize("mode", schemathesis.GenerationMode)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_made_up_requests_get_what_is_described(api: schemathesis.BaseSchema, path: str, method: str, mode: str):
    """Right ones and wrong ones never fail the server, and get only what the description names; wrong ones no 2xx."""
    operation = api[path][method]
    checks = [*CHECKS, negative_data_rejection] if mode.is_negative else CHECKS
    if mode.is_negative and not (operation.query or operation.body):
        return  # nothing to get wrong

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def call(case: schemathesis.Case) -> None:
        if mode.is_positive:  # else most end as the 404 of a name that is made up
            case.query = {name: value for name, value in (case.query or {}).items() if name not in ("model", "before")}
            case.path_parameters = dict.fromkeys(case.path_parameters or {}, "digits" if "models" in path else "latest")
        response = case.call()
        refused_for_size = response.status_code == 413  # a refusal, too, though none that schemathesis counts among them
        case.validate_response(response, checks=CHECKS if refused_for_size else checks)

    call()


def rules(app: Flask) -> dict[str, set[str]]:
    """Path, as OpenAPI writes it -> the methods that the app answers, but for those that Flask adds."""
    paths: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<path:", "<").replace("<", "{").replace(">", "}")
        paths.setdefault(path, set()).update(rule.methods - {"HEAD", "OPTIONS"})
    return paths


def test_every_route_is_described_and_no_other(client: FlaskClient, app: Flask):
    """Path by path and method by method; what a path holds is a parameter."""
    described = client.get("/openapi.json").json["paths"]
    found = {
        path.replace("/reports/{id}", "/reports/{name}"): {method.upper() for method in methods}
        for path, methods in described.items()
    }
    assert found == rules(app)
    for path, methods in described.items():
        for operation in methods.values():
            assert {f"{{{p['name']}}}" for p in operation.get("parameters", []) if p["in"] == "path"} == {
                part for part in path.split("/") if part.startswith("{")
            }


def test_the_description_is_valid(api: schemathesis.BaseSchema):
    """Against OpenAPI 3.1's own schema."""
    api.validate()
    assert api.raw_schema["openapi"].startswith("3.1")


def test_every_status_of_ours_is_described():
    """Nothing that the tree of errors can answer is without a description."""
    from tests.unit.server.api.test_error_handlers import tree

    assert {each.status for each in tree()} <= FAILURES.keys()


def test_the_bounds_are_those_of_the_settings(make_app):
    """What is described follows what is set."""
    client = make_app(max_pictures=7, max_predict_bytes=12_345).test_client()
    description = client.get("/openapi.json").json
    assert description["components"]["schemas"]["PredictRequest"]["oneOf"][1]["properties"]["images"]["maxItems"] == 7
    assert "12,345 bytes" in description["paths"]["/predict"]["post"]["description"]


GOOD = {
    "a picture": ("/predict?crops=all&show=image", {"data": encoded(seven()), "content_type": "image/png"}),
    "pictures": ("/predict", {"data": {"image": [(io.BytesIO(encoded(seven())), "a.png")]}}),
    "pixels": ("/predict", {"json": {"pixels": seven()[::5, ::5].tolist()}}),
    "steps": ("/predict?show=image,steps", {"json": {"strokes": [[[0, 0], [9, 90]]], "pen": 7.5}}),
    "an explanation": ("/explain?crop=0,4&model=digits", {"data": encoded(seven()), "content_type": "image/png"}),
    "a part of an explanation": ("/explain?show=kernels,evidence", {"json": {"strokes": [[[0, 0], [9, 90]]], "pen": 3}}),
    "a set": ("/evaluate", {"json": as_json()}),
    "a set by its name": ("/evaluate?crops=1", {"json": {"data": "feedback"}}),
    "a set, with events": ("/evaluate", {"json": as_json(), "headers": {"Accept": "application/x-ndjson"}}),
    "a file": ("/evaluate", {"data": {"data": (io.BytesIO(csv()), "a.csv")}}),
    "two files": ("/evaluate", {"data": idx_pair()}),
    "feedback": ("/feedback?label=7", {"data": encoded(seven()), "content_type": "image/png"}),
    "feedback with what was said": ("/feedback?said=7", {"json": {"strokes": [[[0, 0], [9, 9]]], "label": 1}}),
    "feedback as a form": ("/feedback", {"data": {"image": (io.BytesIO(encoded(seven())), "a.png"), "label": "7"}}),
}


@pytest.mark.parametrize("what", GOOD)
def test_good_requests_get_what_is_described(api: schemathesis.BaseSchema, kept_app: Flask, what: str):
    """The answers that made-up requests seldom reach."""
    path, arguments = GOOD[what]
    answer = kept_app.test_client().post(path, **arguments)
    assert answer.status_code in (200, 201)
    operation = api[path.partition("?")[0]]["POST"]
    operation.validate_response(answer)
