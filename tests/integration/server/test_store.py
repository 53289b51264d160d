"""The store: the same on SQLite and on PostgreSQL, from several processes at once."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkling.service.http.errors import BadSettings, UnknownReport
from inkling.service.store.database import open_database
from server.store.reports import Reports
from tests.unit.server.api.test_reports import report

WRITER = """
import sys
from inkling.service.store.database import open_database
from server.store.reports import Reports
from tests.unit.server.api.test_reports import report
address, first = sys.argv[1], int(sys.argv[2])
engine = open_database(address)
for number in range(first, first + 20):
    Reports(engine, 1000).add(report(number))
engine.dispose()
"""


@pytest.fixture
def reports(address: str) -> Iterator[Reports]:
    """Reports in an empty store."""
    engine = open_database(address)
    yield Reports(engine, 1000)
    engine.dispose()


def test_a_report_comes_back_as_it_was(reports: Reports):
    """With every script in its names."""
    kept = report(1) | {"model": "Ziffern-9"} | {"data": {"name": "手書き – „Größe“", "n": 10, "sha256": "0" * 64}}
    reports.add(kept)
    assert reports.get("0001") == reports.get("latest") == kept
    assert reports.page(10)[0][0]["data"] == kept["data"]
    assert reports.count() == 1


def test_summaries_tell_crops_where_they_are_asked_for(reports: Reports):
    """Out of the reports' bodies; one of an older server may lack them."""
    reports.add(report(1) | {"crops": [[1, 1], [3, 3]]})
    reports.add(report(2))
    assert [each["crops"] for each in reports.page(10, crops=True)[0]] == [[], [[1, 1], [3, 3]]]
    assert "crops" not in reports.page(10)[0][0]


def test_what_is_not_kept_is_not_found(reports: Reports):
    """By ID, as the latest, as the one to go on from."""
    for name in ("0001", "latest", "a\0b"):
        with pytest.raises(UnknownReport):
            reports.get(name)
        with pytest.raises(UnknownReport):
            reports.page(5, name)


def test_pages_go_on_where_the_last_one_ended(reports: Reports):
    """Also while newer reports come in."""
    for number in range(5):
        reports.add(report(number))
    first, following = reports.page(2)
    reports.add(report(99))
    second, end = reports.page(10, following)
    assert [each["id"] for each in first + second] == ["0004", "0003", "0002", "0001", "0000"]
    assert end is None


def test_the_oldest_go(address: str):
    """Where more come than are kept."""
    engine = open_database(address)
    few = Reports(engine, 2)
    for number in range(5):
        few.add(report(number))
    assert [each["id"] for each in few.page(10)[0]] == ["0004", "0003"]
    engine.dispose()


def test_processes_that_start_at_once_share_one_store(address: str):
    """Four make the tables together and write together; no report is lost."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, address, str(100 * n)]) for n in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    engine = open_database(address)
    assert Reports(engine, 1000).count() == 80
    engine.dispose()


def test_sqlite_keeps_a_write_ahead_log(tmp_path: Path):
    """So that reading never waits for writing."""
    path = tmp_path / "store.db"
    open_database(f"sqlite:///{path}").dispose()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_postgresql_needs_no_driver_in_its_address(postgres_address: str):
    """postgresql:// takes the driver that is installed with the extra."""
    engine = open_database(postgres_address.replace("postgresql+psycopg", "postgresql"))
    assert engine.dialect.driver == "psycopg"
    engine.dispose()


@pytest.mark.parametrize("content", [b"this is no database, but long enough to look like one" * 20])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes):
    """With a sentence, and left as it is."""
    path = tmp_path / "store.db"
    path.write_bytes(content)
    with pytest.raises(BadSettings, match=r"Expected a store that can be opened"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes() == content
