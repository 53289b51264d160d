"""Fixtures: an app with a fake model, and a client."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.app import create_app
from server.extensions import EXTENSION_KEY
from server.settings import Settings
from tests.support.fake_model import write_fake_model
from tests.support.openapi.responses import ResponseChecker

CHECKER_KEY = "inkling.response_checker"

MakeApp = Callable[..., Flask]


@pytest.fixture
def models_folder(tmp_path: Path) -> Path:
    """A folder with one model, digits."""
    folder = tmp_path / "models"
    folder.mkdir()
    write_fake_model(folder / "digits.onnx")
    return folder


@pytest.fixture
def make_app(tmp_path: Path, models_folder: Path) -> Iterator[MakeApp]:
    """A function that creates apps with changed settings. Their stores are closed afterwards.

    Their clients check every response against the OpenAPI document.
    """
    apps = []

    def make(**changes: object) -> Flask:
        given = {"models": str(models_folder), "store": f"sqlite:///{tmp_path / 'store.db'}"} | changes
        apps.append(create_app(Settings(**given)))
        apps[-1].test_client_class = CheckingClient
        return apps[-1]

    yield make
    for app in apps:
        app.extensions[EXTENSION_KEY].reports.engine.dispose()


class CheckingClient(FlaskClient):
    """A client that raises AssertionError if the OpenAPI document does not describe a response."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        response = super().open(*args, **options)
        if not response.is_streamed:
            checker = self.application.extensions.get(CHECKER_KEY) or self._create_checker()
            request = response.request
            checker.check(request.method, request.path, response.status_code, response.mimetype, response.data)
        return response

    def _create_checker(self) -> ResponseChecker:
        document = FlaskClient(self.application, self.response_wrapper).get("/openapi.json").json
        return self.application.extensions.setdefault(CHECKER_KEY, ResponseChecker(document))


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """An app with default settings."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the app."""
    return app.test_client()
