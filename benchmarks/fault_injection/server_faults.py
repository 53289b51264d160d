"""Faults of the server. Each function damages a running deployment and returns what clients saw."""

import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass

from benchmarks.fault_injection.deployment import FEEDBACK, Deployment
from benchmarks.harness.request import HOST, Response
from benchmarks.harness.slow_clients import PARTIAL_BODY, PARTIAL_HEADERS, SlowClients

SLOW_CLIENTS = 100
"""Of each kind: headers, bodies, and readers of responses."""

LOCKED_SECONDS = 8
"""Longer than the database's timeout for locks."""

WHOLE = FEEDBACK.wire().replace(b"/feedback?label=7", b"/read")
"""A request whose response nobody waits for."""

UNREAD = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 100
"""Pipelined requests whose responses exceed what the kernel buffers."""


@dataclass(frozen=True)
class Fault:
    """name: as in the table. inject: returns what clients saw besides the load. max_lost: the promise."""

    name: str
    inject: Callable[[Deployment], str]
    max_lost: int = 0


def kill_worker(deployment: Deployment) -> str:
    """kill -9 of one of two workers."""
    victim = deployment.workers()[0]
    os.kill(victim, signal.SIGKILL)
    started = time.monotonic()
    time.sleep(0.1)
    deployment.wait_for_workers()
    return f"replaced within {time.monotonic() - started:.1f} s"


def hang_worker(deployment: Deployment) -> str:
    """SIGSTOP of a worker for two seconds: its connections wait."""
    victim = deployment.workers()[0]
    os.kill(victim, signal.SIGSTOP)
    time.sleep(2)
    os.kill(victim, signal.SIGCONT)
    return "its connections waited for two seconds"


def restart(deployment: Deployment) -> str:
    """SIGTERM, then a start at the same port."""
    return f"served again {deployment.restart():.1f} s after the new start"


def kill_arbiter(deployment: Deployment) -> str:
    """kill -9 of the arbiter, then a start at the same port at once."""
    deployment.send(signal.SIGKILL)
    return f"served again {deployment.start():.1f} s after the new start"


def corrupt_model(deployment: Deployment) -> str:
    """The model file is overwritten, truncated, and deleted."""
    path = deployment.models / "digits.onnx"
    content = path.read_bytes()
    seen = []
    half = content[: len(content) // 2]
    for damage in (lambda: path.write_bytes(b"damaged" * 1_000), lambda: path.write_bytes(half), path.unlink):
        damage()
        time.sleep(1.5)
        seen.append(deployment.get("/health/ready").body.decode().partition('"reason":"')[2][:60])
    path.write_bytes(content)
    time.sleep(1.5)
    return f"/health/ready: “{'”, “'.join(seen)}”"


def lock_store(deployment: Deployment) -> str:
    """Another process locks the database."""
    with closing(sqlite3.connect(deployment.store)) as other:
        other.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        response = deployment.add_feedback()
        seconds = time.monotonic() - started
        time.sleep(max(0.0, LOCKED_SECONDS - seconds))
        other.rollback()
    after = deployment.add_feedback()
    return f"`POST /feedback`: {describe(response)} after {seconds:.1f} s; afterwards {after.status}"


def delete_store(deployment: Deployment) -> str:
    """The file of the database is deleted; a restart mends it."""
    for path in deployment.store.parent.iterdir():
        path.unlink()
    response, ready = deployment.add_feedback(), deployment.get("/health/ready")
    return f"`POST /feedback`: {describe(response)}; /health/ready: {describe(ready)}"


def fill_disk(deployment: Deployment) -> str:
    """The disk of the database is full. Needs the right to mount."""
    folder = deployment.store.parent
    deployment.send(signal.SIGTERM)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False)
    deployment.start()
    if mounted.returncode:
        return "not tried: mounting a small disk needs root"
    try:
        filler = folder / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4_096) == 4_096:
                    continue
            except OSError:
                pass
        response = deployment.add_feedback()
        filler.unlink()
        after = deployment.add_feedback()
        return f"`POST /feedback`: {describe(response)}; with space again {after.status}"
    finally:
        deployment.send(signal.SIGTERM)
        subprocess.run(["umount", str(folder)], check=False)
        deployment.start()


def exhaust_files(deployment: Deployment) -> str:
    """64 open files per process, and many slow uploads."""
    deployment.send(signal.SIGTERM)
    deployment.start(open_files=64)
    clients = [_send(deployment.port, PARTIAL_BODY) for _ in range(60)]
    statuses = {deployment.get(path).status for path in ("/health/live", "/health/ready", "/metrics") for _ in range(3)}
    for client in clients:
        client.close()
    deployment.send(signal.SIGTERM)
    deployment.start()
    return f"health and metrics: {', '.join(map(str, sorted(statuses)))}"


def slow_clients(deployment: Deployment) -> str:
    """Slow clients next to honest ones."""
    port = deployment.port
    with SlowClients(port, SLOW_CLIENTS, PARTIAL_HEADERS), SlowClients(port, SLOW_CLIENTS, PARTIAL_BODY):
        readers = [_send(port, UNREAD) for _ in range(SLOW_CLIENTS)]
        time.sleep(5)
        for reader in readers:
            reader.close()
    return f"{3 * SLOW_CLIENTS} of them: a third send headers, a third bodies, a third read nothing"


def leave_in_the_middle(deployment: Deployment) -> str:
    """Clients that close their connections within the request, or before its response."""
    started, count = time.monotonic(), 0
    while time.monotonic() - started < 4:
        for data in (PARTIAL_HEADERS, PARTIAL_BODY, WHOLE):
            _send(deployment.port, data).close()
            count += 1
    return f"{count:,} of them"


def _send(port: int, data: bytes) -> socket.socket:
    client = socket.create_connection((HOST, port), timeout=10)
    client.setblocking(False)
    with suppress(BlockingIOError):
        client.send(data)
    return client


def describe(response: Response) -> str:
    """Status and code of an error."""
    code = response.body.partition(b'"code":"')[2].partition(b'"')[0].decode()
    return f"{response.status} `{code}`" if code else str(response.status)


FAULTS = (
    Fault("kill -9 of a worker", kill_worker, max_lost=8),
    Fault("a worker hangs for two seconds", hang_worker),
    Fault("SIGTERM, then a new start", restart),
    Fault("kill -9 of the parent process, then a new start", kill_arbiter, max_lost=8),
    Fault("model file overwritten, truncated, deleted", corrupt_model),
    Fault("database locked", lock_store),
    Fault("database deleted", delete_store),
    Fault("disk of the database full", fill_disk),
    Fault("64 open files, 60 slow uploads", exhaust_files),
    Fault("slow clients", slow_clients),
    Fault("clients leave in the middle", leave_in_the_middle),
)
