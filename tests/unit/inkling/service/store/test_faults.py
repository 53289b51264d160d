"""Databases that are locked, full, deleted or damaged."""

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from inkling.service.http.errors import StoreFull, StoreUnavailable
from inkling.service.store import database
from inkling.service.store.database import check_database, open_database
from tests.support.assertions import assert_error
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_fixtures import MakeApp

SECRET = "".join(["drawing", " of a person"])  # no source line in a traceback contains it
INSERT = (
    "INSERT INTO feedback (id, created, label, points, normalization, image, picture) VALUES (:id, '', '', 0, 0, '', :data)"
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a database. Locks are waited for only shortly."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    return tmp_path / "store.db"


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    """An open database."""
    engine = open_database(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture
def app_client(make_app: MakeApp, file: Path) -> FlaskClient:
    """A client of an app with that database."""
    return make_app(store=f"sqlite:///{file}").test_client()


def insert(engine: Engine, size: int = 10) -> None:
    """Add a row."""
    with engine.begin() as connection:
        connection.execute(text(INSERT), {"id": SECRET, "data": b"x" * size})


def test_locked(engine: Engine, file: Path) -> None:
    """By another process, for longer than the timeout."""
    with sqlite3.connect(file) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            insert(engine)
        other.rollback()
    insert(engine)


def test_full(engine: Engine) -> None:
    """The disk, or a quota; SQLite reports both alike."""
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(StoreFull):
        insert(engine, 100_000)


def test_deleted_or_replaced(engine: Engine, file: Path) -> None:
    """Writes to an open deleted file would succeed, and be lost."""
    check_database(engine)
    file.rename(file.with_name("moved"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="Restart"):
            insert(engine)
        with pytest.raises(StoreUnavailable, match="Restart"):
            check_database(engine)
        file.touch()


def test_damaged(engine: Engine, file: Path) -> None:
    """Overwritten by another program."""
    insert(engine)
    engine.dispose()
    for path in file.parent.glob("store.db*"):
        path.write_bytes(b"no database" * 1_000)
    with pytest.raises(StoreUnavailable, match="not a database"):
        insert(engine)


def test_parameters_are_not_logged(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """Strokes and labels are personal data."""
    insert(engine)
    with pytest.raises(Exception, match="UNIQUE") as raised:
        insert(engine)
    logging.getLogger().error("failed", exc_info=raised.value)
    assert SECRET not in caplog.text


def test_predictions_need_no_database(app_client: FlaskClient, file: Path) -> None:
    """Feedback and reports say why they fail, and the server is not ready, so that it is restarted."""
    picture = encode_picture(draw_seven())
    assert app_client.get("/health/ready").status_code == 200
    file.unlink()
    assert app_client.post("/predict", data=picture).status_code == 200
    for response in (
        app_client.post("/feedback?label=7", data=picture),
        app_client.get("/feedback"),
        app_client.get("/reports"),
        app_client.get("/health/ready"),
    ):
        assert_error(response, 503, "store_unavailable")
        assert response.headers["Retry-After"]
    assert app_client.get("/health/live").status_code == 200
    metrics = app_client.get("/metrics")
    assert metrics.status_code == 200
    assert "inkling_store_up 0.0" in metrics.text
    assert 'route="/predict"' in metrics.text
