"""Layouts: how a server and the load generator share the cores."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """name: as in the tables. workers: of the server. server, client: the cores of each, None for all.

    threads: of a session, 0 for the default.
    """

    name: str
    workers: int
    server: set[int] | None = None
    client: set[int] | None = None
    threads: int = 0
