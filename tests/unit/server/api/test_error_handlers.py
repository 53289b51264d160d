"""All errors have the same JSON body."""

import errno
import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inkling.errors import EmptyPicture, InklingError
from server.extensions import EXTENSION_KEY
from server.store.reports import ReportStore
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
def test_unknown_path_or_method(client: FlaskClient, method: str, path: str, status: int, code: str):
    """405 has an Allow header."""
    answer = client.open(path, method=method)
    assert_error(answer, status, code)
    if status == 405:
        assert answer.headers["Allow"]


def test_unexpected_error_is_logged_and_not_revealed(app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture):
    """The message refers to the log entry, which has the traceback."""

    def fail(*_: object) -> None:
        raise RuntimeError("a secret")

    app.extensions[EXTENSION_KEY].models.find = fail
    with caplog.at_level(logging.ERROR):
        answer = client.post("/predict", data=b"x")
    assert_error(answer, 500, "internal_error")
    assert "secret" not in answer.text
    number = answer.json["error"]["message"].split()[-1].rstrip(".")
    assert number in caplog.text
    assert "a secret" in caplog.text


def test_error_in_after_request_has_the_same_body(app: Flask, client: FlaskClient):
    """Flask turns it into an InternalServerError."""
    app.after_request_funcs.setdefault("health", []).append(lambda _: 1 / 0)
    assert_error(client.get("/health/live"), 500, "internal_error")


def error_classes() -> set[type[InklingError]]:
    """All error classes of the server."""
    found = {InklingError, *InklingError.__subclasses__()}
    found |= {below for each in found for below in each.__subclasses__()}
    return {each for each in found if each.__module__.startswith(("inkling.", "server."))}


def test_error_classes_have_status_and_code():
    """Each code has one status."""
    assert EmptyPicture in error_classes()
    statuses: dict[str, int] = {}
    for each in error_classes():
        assert 400 <= each.status < 600
        assert each.code.replace("_", "").islower()
        assert statuses.setdefault(each.code, each.status) == each.status


def test_head_equals_get_without_body(client: FlaskClient):
    """For existing and unknown paths."""
    for path in ("/health/live", "/nothing"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.data) == (get.status_code, b"")
        assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_paths_cannot_forge_log_entries(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    """A line break in a path is escaped in the log."""

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(ReportStore, "get", fail)
    assert_error(client.get("/reports/x%0a2026-01-01 00:00:00 ERROR forged"), 500, "internal_error")
    (record,) = caplog.records
    assert "\n" not in record.getMessage()
    assert "forged" in record.getMessage()


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [(errno.ENOSPC, 507, "write_failed"), (errno.EMFILE, 503, "busy"), (errno.EIO, 500, "internal_error")],
)
def test_exhausted_machine_is_reported(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, number: int, status: int, code: str
):
    """A full disk and too many open files are not bugs of the server."""

    def fail(*_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(ReportStore, "get", fail)
    assert_error(client.get("/reports/x"), status, code)
