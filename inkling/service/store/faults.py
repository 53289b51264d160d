"""Failures of the database as errors that clients understand: locked, full, unreachable or gone."""

import sqlite3
from pathlib import Path

from sqlalchemy import ExceptionContext
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InterfaceError, ProgrammingError

from inkling.service.http.errors import StoreFull, StoreUnavailable

OWN_MISTAKES = (DataError, IntegrityError, ProgrammingError)
"""Errors of our statements, not of the database."""

LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
SQLITE_PRIMARY_CODE = 0xFF
"""Mask: an extended result code of SQLite holds its primary code in the lowest byte (sqlite.org, Result Codes, section 3)."""

POSTGRES_DISK_FULL = "53100"
"""The SQLSTATE disk_full (PostgreSQL, appendix A)."""


def raise_store_error(context: ExceptionContext) -> None:
    """Listener of the engine's event `handle_error`. Raises StoreUnavailable or StoreFull; keeps errors of our own making."""
    error, original = context.sqlalchemy_exception, context.original_exception
    if context.is_pre_ping:  # the pool replaces the connection
        return
    if not isinstance(error, (DatabaseError, InterfaceError)) or isinstance(error, OWN_MISTAKES):
        return
    code = getattr(original, "sqlite_errorcode", 0) & SQLITE_PRIMARY_CODE
    if code == sqlite3.SQLITE_FULL or getattr(original, "sqlstate", None) == POSTGRES_DISK_FULL:
        raise StoreFull("The disk of the database is full. Free some space, then try again.") from original
    if code in LOCKED:
        raise StoreUnavailable("Another process has locked the database. Try again.") from original
    reason = (str(original).strip().splitlines() or [type(original).__name__])[0]
    raise StoreUnavailable(f"The database does not work: {reason:.200}") from original


class StoreFile:
    """The file of an SQLite database, which may be deleted or replaced while it is open."""

    def __init__(self, path: Path):
        self.path = path
        self.identity = _identity(path)
        self.is_lost = False

    def check(self) -> None:
        """Raise StoreUnavailable if the path no longer leads to this file, now and ever after.

        An open deleted file takes writes and loses them, and a new connection would create an empty file.
        """
        self.is_lost = self.is_lost or _identity(self.path) != self.identity
        if self.is_lost:
            raise StoreUnavailable("The file of the database was deleted or replaced. Restart the service to use the new one.")


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file, which tell it from another one at the same path; None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
