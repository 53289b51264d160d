"""Load generator in Python: processes that each keep some connections busy. Needs nothing but the standard library."""

import multiprocessing
import selectors
import socket
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from benchmarks.harness.cpu_affinity import available_cores, pinned_to
from benchmarks.harness.load_result import LoadResult
from benchmarks.harness.request import HOST, Request

BLOCK_BYTES = 65_536
TIMEOUT_SECONDS = 10


@dataclass
class Connection:
    """One connection: when its last request was sent, and the bytes of the response so far."""

    socket: socket.socket
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def send(self, wire: bytes) -> None:
        """Send a request in one call; it is far smaller than the kernel's buffer."""
        self.received.clear()
        self.sent_at = time.perf_counter()
        self.socket.sendall(wire)

    def is_complete(self) -> bool:
        """Whether the whole response has arrived, by its Content-Length."""
        head, blank, body = bytes(self.received).partition(b"\r\n\r\n")
        if not blank:
            return False
        lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return bool(lengths) and len(body) >= int(lengths[0])

    def is_ok(self) -> bool:
        """Whether the status is 200."""
        return self.received[9:12] == b"200"


def run(
    port: int, request: Request, connections: int, seconds: float, cores: set[int] | None = None, count: int | None = None
) -> LoadResult:
    """Load a server for some seconds, or with `count` requests in total if given."""
    processes = min(connections, len(cores or available_cores()) or 1)
    shares = [connections // processes + (number < connections % processes) for number in range(processes)]
    counts = [count // processes + (number < count % processes) if count else None for number in range(processes)]
    with pinned_to(cores), ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        jobs = [
            pool.submit(run_connections, port, request.wire(), share, seconds, limit)
            for share, limit in zip(shares, counts, strict=True)
        ]
        results = [job.result() for job in jobs]
    latencies = sorted(value for part, _, _ in results for value in part)
    failed = sum(part for _, part, _ in results)
    elapsed = max(part for _, _, part in results)
    p50, p99 = (latencies[int(len(latencies) * share)] * 1e3 if latencies else 0.0 for share in (0.5, 0.99))
    return LoadResult(len(latencies), failed, elapsed, p50, p99)


def run_connections(
    port: int, wire: bytes, connections: int, seconds: float, count: int | None
) -> tuple[list[float], int, float]:
    """Keep connections busy: latencies in seconds, number of responses that are missing or not 200, elapsed seconds."""
    latencies: list[float] = []
    failed = sent = 0
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for _ in range(connections):
            connection = Connection(socket.create_connection((HOST, port), TIMEOUT_SECONDS))
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            if count is None or sent < count:
                connection.send(wire)
                sent += 1
        pending = sent
        while pending:
            events = selector.select(TIMEOUT_SECONDS)
            if not events:
                failed += pending
                break
            for key, _ in events:
                connection = key.data
                block = connection.socket.recv(BLOCK_BYTES)
                connection.received += block
                if block and not connection.is_complete():
                    continue
                now = time.perf_counter()
                pending -= 1
                latencies.append(now - connection.sent_at)
                failed += not (block and connection.is_ok())
                if not block:
                    selector.unregister(connection.socket)
                elif sent < count if count else now - started < seconds:
                    connection.send(wire)
                    sent += 1
                    pending += 1
        elapsed = time.perf_counter() - started
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return latencies, failed, elapsed
