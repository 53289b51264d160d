"""Fixtures: an app with a fake model, and a client."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.app import create_app
from server.extensions import EXTENSION_KEY
from server.settings import Settings
from tests.support.fake_model import write_fake_model

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
    """A function that creates apps with changed settings. Their stores are closed afterwards."""
    apps = []

    def make(**changes: object) -> Flask:
        given = {"models": str(models_folder), "store": f"sqlite:///{tmp_path / 'store.db'}"} | changes
        apps.append(create_app(Settings(**given)))
        return apps[-1]

    yield make
    for app in apps:
        app.extensions[EXTENSION_KEY].reports.engine.dispose()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """An app with default settings."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the app."""
    return app.test_client()
