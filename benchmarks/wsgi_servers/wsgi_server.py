"""Server: a way to serve the app in one process."""

from dataclasses import dataclass

from benchmarks.harness.machine import version_of
from benchmarks.harness.server_process import Command

APP = "benchmarks.wsgi_servers.app"
THREADS = 4
"""Threads of each server that takes a number of them, as many as ours has in all."""


@dataclass(frozen=True)
class Server:
    """name: as the table calls it. package: whose version counts. command: port -> the command that serves there."""

    name: str
    package: str
    command: Command

    @property
    def version(self) -> str | None:
        """None where it is not installed."""
        return version_of(self.package)
