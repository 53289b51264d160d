"""Fixtures: an app on a fake model, and a client for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.app import create_app
from server.parts import KEY
from server.settings import Settings
from server.store.database import metadata, open_database
from tests.conftest import missing
from tests.fake_model import write_fake_model
from tests.server import postgres

MakeApp = Callable[..., Flask]


@pytest.fixture
def models_folder(tmp_path: Path) -> Path:
    """A folder that holds one model, digits."""
    folder = tmp_path / "models"
    folder.mkdir()
    write_fake_model(folder / "digits.onnx")
    return folder


@pytest.fixture
def make_app(tmp_path: Path, models_folder: Path) -> Iterator[MakeApp]:
    """Makes apps with any setting changed; closes their stores afterwards."""
    apps = []

    def make(**changes: object) -> Flask:
        given = {"models": str(models_folder), "store": f"sqlite:///{tmp_path / 'store.db'}"} | changes
        apps.append(create_app(Settings(**given)))
        return apps[-1]

    yield make
    for app in apps:
        app.extensions[KEY].reports.engine.dispose()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """An app with the default settings."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Speaks to the app."""
    return app.test_client()


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """A PostgreSQL server of its own."""
    if not (postgres.find_program("initdb") and postgres.find_program("pg_ctl")):
        missing("no PostgreSQL: initdb and pg_ctl are neither in PATH nor in /usr/lib/postgresql")
    with postgres.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'folder' / 'store.db'}"
    address = request.getfixturevalue("postgres_address")
    engine = open_database(address)
    metadata.drop_all(engine)
    engine.dispose()
    return address
