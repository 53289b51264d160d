"""Locks that allow one trainer per database and runs folder. The system releases them when the process ends."""

import fcntl
import os
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from inkling.service.http.errors import InvalidSettings
from inkling.service.store.database import sqlite_file

ADVISORY_LOCK_ID = 0x1A2B_1C0E
"""An arbitrary number, for PostgreSQL's advisory lock."""


def lock_file(path: Path, resource: str) -> int:
    """Lock a file, created if missing, until the process ends. Returns its descriptor. Raises InvalidSettings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise InvalidSettings(f"Another trainer uses the same {resource}. Stop it, or choose another {resource}.") from error
    return descriptor


def lock_store(engine: Engine) -> int | Connection:
    """Lock the database for as long as the returned object lives. Raises InvalidSettings."""
    if engine.dialect.name == "sqlite":
        database = sqlite_file(engine.url).resolve()  # a symbolic link is the same database
        return lock_file(database.with_name(f"{database.name}.trainer"), "database")
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if not connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": ADVISORY_LOCK_ID}).scalar():
        connection.close()
        raise InvalidSettings("Another trainer uses the same database. Stop it, or choose another database.")
    return connection
