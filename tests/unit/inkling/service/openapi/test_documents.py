"""The OpenAPI documents of both services: complete, valid, and true about access, links and error codes."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
import schemathesis
from flask import Flask

from inkling.errors import InklingError
from inkling.service.http.auth import Access, access_of
from inkling.service.openapi.access import openapi_path
from inkling.service.openapi.errors import NOT_SENT
from server.app import create_app as create_server
from server.settings import Settings
from trainer.service.api.openapi.document import NOT_SENT as NOT_SENT_BY_THE_TRAINER
from trainer.service.app import create_app as create_trainer
from trainer.service.extensions import TrainerState
from trainer.service.settings import ServiceSettings

SECURITY = {
    "default": ({}, {Access.PUBLIC: []}, [{}, {"token": []}]),
    "beyond loopback": (
        {"host": "0.0.0.0", "token": "secret"},  # noqa: S104 nothing listens
        {Access.PUBLIC: [], Access.READ: [{}, {"token": []}]},
        [{"token": []}],
    ),
    "token for all": ({"token": "secret", "require_token": "all"}, {Access.PUBLIC: []}, [{"token": []}]),
}
"""Settings, the security of some kinds of access, and that of the others."""

LOCATION = re.compile(r"\$response\.body#(/\w+)+|\$request\.path\.\w+")


def make_app(service: str, folder: Path, **settings: Any) -> Flask:
    """The app of a service. The trainer's parts are not needed for its description."""
    if service == "server":
        return create_server(Settings(models=str(folder), store=f"sqlite:///{folder / 'store.db'}", **settings))
    state = {each.name: MagicMock() for each in fields(TrainerState)}
    return create_trainer(TrainerState(**state | {"settings": ServiceSettings(**settings)}))


@pytest.fixture(params=["server", "trainer"])
def service(request: pytest.FixtureRequest) -> str:
    """The name of a service."""
    return request.param


@pytest.fixture
def app(service: str, tmp_path: Path) -> Flask:
    """The app of a service."""
    return make_app(service, tmp_path)


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    """Its description."""
    return app.test_client().get("/openapi.json").json


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of every operation."""
    for path, methods in document["paths"].items():
        yield from ((path, method, described) for method, described in methods.items())


def find_all(value: Any, key: str) -> Iterator[Any]:
    """The values of a key, anywhere in the document."""
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from find_all(each, key)


def test_all_routes_are_described(app: Flask, document: dict[str, Any]):
    """Path by path and method by method, with all path parameters."""
    routes = {
        (openapi_path(rule.rule), method) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(path, method.upper()) for path, method, _ in operations(document)} == routes
    for path, _, described in operations(document):
        declared = [each["name"] for each in described.get("parameters", []) if each["in"] == "path"]
        assert sorted(declared) == sorted(re.findall(r"{(\w+)}", path))


def test_document_is_valid(document: dict[str, Any]):
    """Against the schema of OpenAPI 3.1; operation IDs are unique, and all references resolve."""
    schemathesis.openapi.from_dict(document).validate()
    assert document["openapi"].startswith("3.1")
    ids = [described["operationId"] for _, _, described in operations(document)]
    assert len(set(ids)) == len(ids)
    components = {f"#/components/{kind}/{name}" for kind, named in document["components"].items() for name in named}
    references = set(find_all(document, "$ref"))
    assert references <= components
    schemas = {each for each in components if each.startswith("#/components/schemas/")}
    assert schemas <= references


@pytest.mark.parametrize("case", SECURITY)
def test_security_is_that_of_the_views(service: str, tmp_path: Path, case: str):
    """An operation requires the token where its view does with these settings. Public ones refuse nobody."""
    settings, some, others = SECURITY[case]
    app = make_app(service, tmp_path, **settings)
    document = app.test_client().get("/openapi.json").json
    kinds = {
        (openapi_path(rule.rule), method): access_of(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in rule.methods
    }
    for path, method, described in operations(document):
        kind = kinds[path, method.upper()]
        assert described["security"] == some.get(kind, others), path
        assert ({"401", "403"} <= described["responses"].keys()) == (kind is not Access.PUBLIC), path


def test_links_lead_to_operations(document: dict[str, Any]):
    """Each link names an operation and parameters that it has, and takes their values from a response or a request."""
    parameters = {
        described["operationId"]: {each["name"] for each in described.get("parameters", [])}
        for _, _, described in operations(document)
    }
    links = [link for named in find_all(document["paths"], "links") for link in named.values()]
    assert links
    for link in links:
        assert link["parameters"].keys() <= parameters[link["operationId"]]
        assert all(LOCATION.fullmatch(expression) for expression in link["parameters"].values())


def error_classes(*packages: str) -> set[type[InklingError]]:
    """All error classes of these packages that are imported."""
    found = {InklingError}
    for _ in range(3):
        found |= {below for each in found for below in each.__subclasses__()}
    return {each for each in found if each.__module__.partition(".")[0] in packages}


def test_error_codes_are_described(service: str, document: dict[str, Any]):
    """Each code of an error class is in the description of the response with its status, unless it is never sent."""
    not_sent = NOT_SENT | (NOT_SENT_BY_THE_TRAINER | {"download_failed"} if service == "trainer" else set())
    described = document["components"]["responses"].values()
    codes = {code for response in described for code in re.findall(r"`(\w+)`", response["description"])}
    expected = {each.code for each in error_classes("inkling", service)} - not_sent
    assert expected <= codes
    assert not codes & not_sent


def test_docs_page(app: Flask):
    """Swagger UI, without inline code, under the Content-Security-Policy of every response."""
    client = app.test_client()
    page = client.get("/docs")
    assert "'unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|https?://|<script(?! src)", page.text)
    for link in re.findall(r'(?:href|src)="(?!data:)([^"]+)"', page.text):
        assert client.get(f"/{link}").status_code == 200


def test_other_files_of_swagger_ui_are_not_served(app: Flask):
    """Neither its own page nor paths out of its folder."""
    for name in ("oauth2-redirect.html", "..%2f__init__.py", "docs.html"):
        assert app.test_client().get(f"/static/docs/{name}").status_code == 404


def test_public_operations_of_the_trainer(tmp_path: Path):
    """Health checks and the description."""
    document = make_app("trainer", tmp_path).test_client().get("/openapi.json").json
    public = {path for path, _, described in operations(document) if not described["security"]}
    assert public == {"/health/live", "/health/ready", "/openapi.json", "/docs", "/static/docs/{name}"}
