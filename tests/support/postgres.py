"""A real PostgreSQL of its own, for as long as the tests run."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ACCOUNTS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root: a root user starts it as one of these."""


def find_program(name: str) -> str | None:
    """A program of PostgreSQL, in PATH or where Debian puts it; the newest."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(places[-1]) if places else shutil.which(name)


@contextmanager
def running() -> Iterator[str]:
    """The URL of a new, empty database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="inkling-postgres-"))  # in /tmp, which other accounts reach
    account = _account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = str(folder / "data")
    switches = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    try:
        _run(account, find_program("initdb"), "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        _run(account, find_program("pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", switches, "start")
        try:
            yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
        finally:
            _run(account, find_program("pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in ACCOUNTS if name in known)


def _run(account: pwd.struct_passwd | None, *command: str | None) -> None:
    who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60, **who)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr or done.stdout}")
