"""A PostgreSQL server for the duration of the tests."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ACCOUNTS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root, so that root starts it as one of these users."""


def find_program(name: str) -> str | None:
    """Path of a PostgreSQL program: the newest version in Debian's folder, or the one in PATH."""
    paths = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(paths[-1]) if paths else shutil.which(name)


@dataclass(frozen=True)
class PostgresServer:
    """A running server. address: the URL of its only database."""

    account: pwd.struct_passwd | None
    data: str
    log: Path
    options: str
    address: str

    def start(self) -> None:
        """Start, and wait until it accepts connections."""
        self._control("-l", str(self.log), "-o", self.options, "start")

    def stop(self) -> None:
        """Stop at once, breaking all connections."""
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        _run(self.account, find_program("pg_ctl"), "-D", self.data, "-w", *arguments)


@contextmanager
def running() -> Iterator[PostgresServer]:
    """Run a server with an empty database."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="inkling-postgres-"))  # in /tmp, which other users can read
    account = _account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = str(folder / "data")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    try:
        _run(account, find_program("initdb"), "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        address = f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
        server = PostgresServer(account, data, folder / "log", options, address)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    entries = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(entries[name] for name in ACCOUNTS if name in entries)


def _run(account: pwd.struct_passwd | None, *command: str | None) -> None:
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    completed = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60, **identity)
    if completed.returncode:
        raise RuntimeError(f"{command[0]}: {completed.stderr or completed.stdout}")
