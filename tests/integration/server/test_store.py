"""The report store on SQLite and PostgreSQL, with several processes."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from inkling.service.http.errors import ImagesNotStored, InvalidSettings, ReportNotFound
from inkling.service.store.database import open_database
from server.store import report_images
from server.store.reports import ReportStore
from tests.support.reports import make_report

WRITER = """
import sys
from inkling.service.store.database import open_database
from server.store.reports import ReportStore
from tests.support.reports import make_report
address, first = sys.argv[1], int(sys.argv[2])
engine = open_database(address)
for number in range(first, first + 20):
    ReportStore(engine, 1000).add(make_report(number))
engine.dispose()
"""


@pytest.fixture
def reports(address: str) -> Iterator[ReportStore]:
    """An empty store."""
    engine = open_database(address)
    yield ReportStore(engine, 1000)
    engine.dispose()


def test_round_trip(reports: ReportStore):
    """With any script in names."""
    stored = make_report(1) | {"model": "Ziffern-9"} | {"data": {"name": "手書き – „Größe“", "n": 10, "sha256": "0" * 64}}
    reports.add(stored)
    assert reports.get("0001") == reports.get("latest") == stored
    assert reports.list_page(10)[0][0]["data"] == stored["data"]
    assert reports.count() == 1


def test_summaries_with_crops(reports: ReportStore):
    """Reports without crops have an empty list."""
    reports.add(make_report(1) | {"crops": [[1, 1], [3, 3]]})
    reports.add(make_report(2))
    assert [each["crops"] for each in reports.list_page(10, with_crops=True)[0]] == [[], [[1, 1], [3, 3]]]
    assert "crops" not in reports.list_page(10)[0][0]


def test_unknown_report(reports: ReportStore):
    """By ID, as latest, and as `before`."""
    for name in ("0001", "latest", "a\0b"):
        with pytest.raises(ReportNotFound):
            reports.get(name)
        with pytest.raises(ReportNotFound):
            reports.list_page(5, name)


def test_pages_are_stable(reports: ReportStore):
    """While newer reports are added."""
    for number in range(5):
        reports.add(make_report(number))
    first, following = reports.list_page(2)
    reports.add(make_report(99))
    second, end = reports.list_page(10, following)
    assert [each["id"] for each in first + second] == ["0004", "0003", "0002", "0001", "0000"]
    assert end is None


def test_oldest_reports_are_deleted(address: str):
    """Beyond max_reports."""
    engine = open_database(address)
    few = ReportStore(engine, 2)
    for number in range(5):
        few.add(make_report(number))
    assert [each["id"] for each in few.list_page(10)[0]] == ["0004", "0003"]
    engine.dispose()


def test_concurrent_processes(address: str):
    """Four create the tables and write at the same time; no report is lost."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, address, str(100 * n)]) for n in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    engine = open_database(address)
    assert ReportStore(engine, 1000).count() == 80
    engine.dispose()


def test_sqlite_uses_write_ahead_logging(tmp_path: Path):
    """So that readers do not wait for writers."""
    path = tmp_path / "store.db"
    open_database(f"sqlite:///{path}").dispose()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_only_the_owner_can_read_the_file(tmp_path: Path):
    """It holds drawings of people; so do the files that SQLite keeps next to it."""
    engine = open_database(f"sqlite:///{tmp_path / 'store.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE other (id INTEGER)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    engine.dispose()
    assert "store.db-wal" in modes
    assert set(modes.values()) == {0o600}


def test_postgresql_url_without_driver(postgres_address: str):
    """postgresql:// uses psycopg."""
    engine = open_database(postgres_address.replace("postgresql+psycopg", "postgresql"))
    assert engine.dialect.driver == "psycopg"
    engine.dispose()


@pytest.mark.parametrize("content", [b"this is no database, but long enough to look like one" * 20])
def test_other_file_is_refused(tmp_path: Path, content: bytes):
    """And not changed."""
    path = tmp_path / "store.db"
    path.write_bytes(content)
    with pytest.raises(InvalidSettings):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_images_of_newest_reports(address: str):
    """Images are deleted with their report, or earlier if too many reports have images."""
    engine = open_database(address)
    reports = ReportStore(engine, max_reports=4, max_with_images=2)
    for number in range(3):
        reports.add(make_report(number), bytes([number]) * 3)
    reports.add(make_report(3))
    assert reports.get_images("0002") == (make_report(2), b"\2\2\2")
    assert reports.get_images("0001") == (make_report(1), b"\1\1\1")
    for name in ("0000", "0003", "latest"):
        with pytest.raises(ImagesNotStored):
            reports.get_images(name)
    ReportStore(engine, max_reports=4, max_with_images=1).add(make_report(4))  # as after a restart with another limit
    assert count_image_rows(engine) == 1
    for number in range(5, 7):
        reports.add(make_report(number))
    with pytest.raises(ReportNotFound):
        reports.get_images("0002")
    assert count_image_rows(engine) == 0
    engine.dispose()


def count_image_rows(engine: Engine) -> int:
    """The number of reports with images."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(report_images.table)).scalar_one()
