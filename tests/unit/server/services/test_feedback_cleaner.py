"""FeedbackCleaner: the retention period of feedback."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from inkling.service.store import database
from server.extensions import EXTENSION_KEY
from server.services.feedback_cleaner import FeedbackCleaner
from tests.support.server_fixtures import MakeApp


@pytest.fixture
def cleaner(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> FeedbackCleaner:
    """With a retention of 30 days."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    app = make_app()
    client: FlaskClient = app.test_client()
    for label, end in (("old", [0, 30]), ("new", [30, 0])):
        assert client.post(f"/feedback?label={label}", json={"strokes": [[[0, 0], end]]}).status_code == 201
    return FeedbackCleaner(app.extensions[EXTENSION_KEY].feedback, 30)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The database, in which the drawing `old` is 31 days old."""
    return tmp_path / "store.db"


def make_old(file: Path) -> None:
    """Change the time at which the drawing `old` was stored."""
    created = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="milliseconds")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE feedback SET created = ? WHERE label = 'old'", (created,))


def test_only_expired_drawings_are_deleted(cleaner: FeedbackCleaner, file: Path) -> None:
    """By the time at which they were first stored."""
    cleaner.clean()
    assert cleaner.store.count_by_label() == {"new": 1, "old": 1}
    make_old(file)
    cleaner.clean()
    assert cleaner.store.count_by_label() == {"new": 1}


def test_thread_deletes_at_its_start(cleaner: FeedbackCleaner, file: Path) -> None:
    """So that a server which is restarted every day deletes, too."""
    make_old(file)
    cleaner.start()
    cleaner.stop()
    assert cleaner.store.count_by_label() == {"new": 1}


def test_without_retention_nothing_is_deleted(cleaner: FeedbackCleaner, file: Path) -> None:
    """The default."""
    make_old(file)
    keeper = FeedbackCleaner(cleaner.store, 0)
    keeper.start()
    assert not keeper.is_alive()
    keeper.stop()
    assert cleaner.store.count() == 2


def test_locked_database_is_retried_later(cleaner: FeedbackCleaner, file: Path) -> None:
    """The thread survives."""
    make_old(file)
    with sqlite3.connect(file) as other:
        other.execute("BEGIN IMMEDIATE")
        cleaner.clean()
        other.rollback()
    assert cleaner.store.count() == 2
    cleaner.clean()
    assert cleaner.store.count() == 1
