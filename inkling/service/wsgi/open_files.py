"""The limit on open files: raised at startup, and the number of connections that it allows."""

import errno
import resource

from inkling.service.http.errors import InvalidSettings
from inkling.service.http.exhaustion import NO_FILES

RESERVED_FILES = 40
"""Files that a process needs besides connections: models, database, metrics, pipes, temporary files of datasets."""

FILES_PER_CONNECTION = 2
"""A socket, and a temporary file for a large request body."""

EXHAUSTED = (*NO_FILES, errno.ENOBUFS, errno.ENOMEM)
"""Errors of accept() that last until other connections are closed."""


def raise_open_files_limit(max_connections: int) -> None:
    """Raise the soft limit of this process and its children as far as the connections need and the hard limit allows.

    Raises InvalidSettings if the limit allows no connection.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = RESERVED_FILES + FILES_PER_CONNECTION * max_connections
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if allowed_connections(max_connections) < 1:
        raise InvalidSettings(
            f"The limit of {soft} open files is too low. Allow {RESERVED_FILES + FILES_PER_CONNECTION} or more (ulimit -n)."
        )


def allowed_connections(max_connections: int) -> int:
    """The number of connections that the limit on open files allows, at most `max_connections`."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return max_connections
    return min(max_connections, (soft - RESERVED_FILES) // FILES_PER_CONNECTION)
