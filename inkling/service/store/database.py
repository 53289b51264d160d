"""Open the database: SQLite, shared by several processes, or PostgreSQL."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from inkling.service.http.errors import InvalidSettings, StoreUnavailable
from inkling.service.store.faults import StoreFile, raise_store_error

metadata = MetaData()

BUSY_SECONDS = 5
"""Timeout for locks and connections. A write takes milliseconds."""

SCHEMA_LOCK = 0x1A2B_1C0D
"""Key of the advisory lock for schema changes: concurrent CREATE TABLE IF NOT EXISTS statements can fail in PostgreSQL."""


def open_database(url: str) -> Engine:
    """Open a database and create missing tables. Call it after forking: connections must not be shared by processes.

    The engine raises StoreUnavailable or StoreFull where the database fails, and hides parameters such as strokes from logs.
    Raises InvalidSettings, whose message does not contain the password.
    """
    parsed = parse_store_url(url)
    try:
        engine = create_engine(parsed, hide_parameters=True, **_options(parsed))
        if parsed.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        _create_tables(engine)
    except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise InvalidSettings(f"Cannot open the store {parsed.render_as_string()}: {reason[:200]}") from error
    event.listen(engine, "handle_error", raise_store_error)
    if engine.dialect.name == "sqlite":
        file = StoreFile(sqlite_file(parsed))
        for name in ("do_connect", "checkout"):  # when the pool opens a connection, and when it hands one out
            event.listen(engine, name, lambda *_: file.check())
    return engine


def forget_deleted(engine: Engine) -> None:
    """Write SQLite's log into its file and empty it, so that it keeps no copy of deleted rows; not while others use it."""
    if engine.dialect.name == "sqlite":
        with suppress(StoreUnavailable), engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def check_database(engine: Engine) -> None:
    """Raise StoreUnavailable if the file of an SQLite database was deleted or replaced. Never waits for a lock."""
    if engine.dialect.name == "sqlite":
        engine.connect().close()  # the pool checks the file


def sqlite_file(url: URL) -> Path:
    """The file of an SQLite database."""
    return Path(url.database or "")


def parse_store_url(text: str) -> URL:
    """Validate the URL of a store. Raises InvalidSettings."""
    try:
        url = make_url(text)
        backend = url.get_backend_name()
        driver = url.drivername
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise InvalidSettings("store: expected sqlite:///FILE or postgresql://….") from error
    if backend == "sqlite":
        if driver not in ("sqlite", "sqlite+pysqlite") or url.database in (None, "", ":memory:"):
            raise InvalidSettings("store: expected sqlite:///FILE; SQLite in memory is not supported.")
        return url.set(database=str(Path(url.database).expanduser()))
    if backend == "postgresql" and driver in ("postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise InvalidSettings(f"store: expected sqlite:///FILE or postgresql://…, got {driver:.40}.")


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        path = sqlite_file(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)  # drawings are personal data; SQLite gives its other files the mode of this one
        return {"connect_args": {"timeout": BUSY_SECONDS}}
    return {"connect_args": {"connect_timeout": BUSY_SECONDS}, "pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA secure_delete = ON")  # overwrite deleted drawings, which are personal data
    # with WAL, a power failure may lose the last commits but not corrupt the file
    connection.execute("PRAGMA synchronous = NORMAL")


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
    """Switch to write-ahead logging, which lets readers proceed during a write. The setting is stored in the file.

    The busy timeout does not apply here: SQLite fails at once while another process switches.
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
