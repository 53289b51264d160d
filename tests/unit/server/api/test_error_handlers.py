"""Every failure has the one body, whoever notices it."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inkling.errors import EmptyPicture, InklingError
from server.extensions import KEY
from tests.support.assertions import assert_error

CALLS = [
    ("GET", "/nothing", 404, "not_found"),
    ("GET", "/Predict", 404, "not_found"),
    ("GET", "/health//live", 404, "not_found"),
    ("POST", "/predict/", 404, "not_found"),
    ("GET", "/static/nothing.js", 404, "not_found"),
    ("GET", "/static/__init__.py", 404, "not_found"),
    ("GET", "/static/../pyproject.toml", 404, "not_found"),
    ("GET", "/static/%2e%2e/server/__init__.py", 404, "not_found"),
    ("GET", "/static/docs/../cli.py", 404, "not_found"),
    ("GET", "/predict", 405, "method_not_allowed"),
    ("PUT", "/evaluate", 405, "method_not_allowed"),
    ("DELETE", "/reports/latest", 405, "method_not_allowed"),
    ("POST", "/health/live", 405, "method_not_allowed"),
    ("BREW", "/docs", 405, "method_not_allowed"),
]


@pytest.mark.parametrize(("method", "path", "status", "code"), CALLS)
def test_paths_and_methods_that_are_none(client: FlaskClient, method: str, path: str, status: int, code: str):
    """Unknown ones get the one body; a wrong method is told the right ones."""
    answer = client.open(path, method=method)
    assert_error(answer, status, code)
    if status == 405:
        assert answer.headers["Allow"]


def test_a_fault_of_ours_is_logged_and_tells_nothing(app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture):
    """The answer names only where it stands in the log, and there stands all of it."""

    def fail(_: object) -> None:
        raise RuntimeError("the secret of the house")

    app.extensions[KEY].models.find = fail
    with caplog.at_level(logging.ERROR):
        answer = client.post("/predict", data=b"x")
    assert_error(answer, 500, "internal_error")
    assert "secret" not in answer.text
    number = answer.json["error"]["message"].split()[-1].rstrip(".")
    assert number in caplog.text
    assert "the secret of the house" in caplog.text


def test_a_fault_while_an_answer_is_finished_has_the_body_too(app: Flask, client: FlaskClient):
    """Even where Flask itself turns it into a 500."""
    app.after_request_funcs.setdefault("health", []).append(lambda _: 1 / 0)
    assert_error(client.get("/health/live"), 500, "internal_error")


def tree() -> set[type[InklingError]]:
    """Every error of the server."""
    found = {InklingError, *InklingError.__subclasses__()}
    found |= {below for each in found for below in each.__subclasses__()}
    return {each for each in found if each.__module__.startswith(("inkling.", "server."))}


def test_every_error_has_a_status_and_a_code():
    """All classes of the tree: a status that fits, and a code in small letters; and each code has one status."""
    assert EmptyPicture in tree()
    statuses: dict[str, int] = {}
    for each in tree():
        assert 400 <= each.status < 600
        assert each.code.replace("_", "").islower()
        assert statuses.setdefault(each.code, each.status) == each.status


def test_a_head_answers_as_a_get_without_its_body(client: FlaskClient):
    """For paths that are and for those that are not."""
    for path in ("/health/live", "/nothing"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.data) == (get.status_code, b"")
        assert head.headers["Content-Length"] == get.headers["Content-Length"]
