"""One trainer a store and a runs folder: a lock that the system frees when the process ends, however it does."""

import fcntl
import os
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from inkling.service.http.errors import InvalidSettings

ADVISORY = 0x1A2B_1C0E
"""An arbitrary number that only this program locks in PostgreSQL."""


def lock_file(place: Path, what: str) -> int:
    """Hold a lock on a file, made where it lacks, until the process ends: its descriptor. Raises BadSettings."""
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise InvalidSettings(f"Expected {what} that no other trainer uses. Received one that a trainer has open.") from error
    return descriptor


def lock_store(engine: Engine) -> int | Connection:
    """Hold the store for this trainer alone, as long as what is returned is kept. Raises BadSettings."""
    if engine.dialect.name == "sqlite":
        database = Path(engine.url.database).expanduser()
        return lock_file(database.with_name(f"{database.name}.trainer"), "a store")
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if not connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": ADVISORY}).scalar():
        connection.close()
        raise InvalidSettings("Expected a store that no other trainer uses. Received one that a trainer has open.")
    return connection
