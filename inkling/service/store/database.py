"""Opening the database: SQLite beside other processes, or PostgreSQL."""

import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from inkling.service.http.errors import BadSettings

metadata = MetaData()

BUSY_SECONDS = 10
"""How long a process waits for another one's write; a report is written in milliseconds."""

SCHEMA_LOCK = 0x1A2B_1C0D
"""An arbitrary number that only this program locks: PostgreSQL's CREATE TABLE IF NOT EXISTS can fail beside another one."""


def open_database(address: str) -> Engine:
    """Open a database and make its tables where they lack. Call it after the fork: connections do not survive one.

    Raises BadSettings with one sentence, and without the password, where that is not possible.
    """
    url = parse_address(address)
    try:
        engine = create_engine(url, **_options(url))
        if url.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        _create_tables(engine)
    except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise BadSettings(f"Expected a store that can be opened. Received {url.render_as_string()}: {reason[:200]}") from error
    return engine


def parse_address(address: str) -> URL:
    """Check the address of a store. Raises BadSettings."""
    try:
        url = make_url(address)
        backend = url.get_backend_name()
        driver = url.drivername
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise BadSettings("Expected store as sqlite:///FILE or postgresql://…. Received something else.") from error
    if backend == "sqlite":
        if driver not in ("sqlite", "sqlite+pysqlite") or url.database in (None, "", ":memory:"):
            raise BadSettings("Expected store as sqlite:///FILE. Received SQLite without a file.")
        return url
    if backend == "postgresql" and driver in ("postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise BadSettings(f"Expected store as sqlite:///FILE or postgresql://…. Received {driver:.40}.")


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        Path(url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
        return {"connect_args": {"timeout": BUSY_SECONDS}}
    return {"connect_args": {"connect_timeout": BUSY_SECONDS}, "pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA synchronous = NORMAL")  # with WAL, a power cut may cost the last report, never the file


def _create_tables(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        _use_write_ahead_log(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": SCHEMA_LOCK})
        for table in metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))


def _use_write_ahead_log(engine: Engine) -> None:
    """Readers then never wait for a writer. The file remembers it.

    SQLite refuses at once, whatever the busy timeout says, while another process does the same.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
