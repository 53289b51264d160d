"""Client: a load made in Python, in processes that each keep their share of the connections busy. Runs anywhere."""

import multiprocessing
import selectors
import socket
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from benchmarks.harness.cpu_affinity import available, on
from benchmarks.harness.load_result import Outcome
from benchmarks.harness.request import HOST, Request

BLOCK = 65_536
PATIENCE_SECONDS = 10


@dataclass
class Talk:
    """One connection: when its request was sent, and what has come of the answer."""

    socket: socket.socket
    sent: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def ask(self, wire: bytes) -> None:
        """Send the request, in full: it is far smaller than the kernel's buffer."""
        self.received.clear()
        self.sent = time.perf_counter()
        self.socket.sendall(wire)

    def whole(self) -> bool:
        """Whether the answer, whose length its header tells, is here."""
        head, blank, body = bytes(self.received).partition(b"\r\n\r\n")
        if not blank:
            return False
        lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return bool(lengths) and len(body) >= int(lengths[0])

    def fine(self) -> bool:
        """Whether the answer is 200."""
        return self.received[9:12] == b"200"


def run(
    port: int, request: Request, connections: int, seconds: float, cores: set[int] | None = None, count: int | None = None
) -> Outcome:
    """Load a server for some seconds, or with `count` requests in all where that is given."""
    processes = min(connections, len(cores or available()) or 1)
    shares = [connections // processes + (number < connections % processes) for number in range(processes)]
    counts = [count // processes + (number < count % processes) if count else None for number in range(processes)]
    with on(cores), ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        jobs = [
            pool.submit(talk, port, request.wire(), share, seconds, most) for share, most in zip(shares, counts, strict=True)
        ]
        found = [job.result() for job in jobs]
    latencies = sorted(value for part, _, _ in found for value in part)
    failed = sum(part for _, part, _ in found)
    taken = max(part for _, _, part in found)
    p50, p99 = (latencies[int(len(latencies) * share)] * 1e3 if latencies else 0.0 for share in (0.5, 0.99))
    return Outcome(len(latencies), failed, taken, p50, p99)


def talk(port: int, wire: bytes, connections: int, seconds: float, count: int | None) -> tuple[list[float], int, float]:
    """Keep connections busy: latencies in seconds, how many answers were missing or not 200, seconds in all."""
    latencies: list[float] = []
    failed = asked = 0
    with selectors.DefaultSelector() as ready:
        started = time.perf_counter()
        for _ in range(connections):
            talk = Talk(socket.create_connection((HOST, port), PATIENCE_SECONDS))
            talk.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(talk.socket, selectors.EVENT_READ, talk)
            if count is None or asked < count:
                talk.ask(wire)
                asked += 1
        waiting = asked
        while waiting:
            events = ready.select(PATIENCE_SECONDS)
            if not events:
                failed += waiting
                break
            for key, _ in events:
                talk = key.data
                block = talk.socket.recv(BLOCK)
                talk.received += block
                if block and not talk.whole():
                    continue
                now = time.perf_counter()
                waiting -= 1
                latencies.append(now - talk.sent)
                failed += not (block and talk.fine())
                more = asked < count if count else now - started < seconds
                if block and more:
                    talk.ask(wire)
                    asked += 1
                    waiting += 1
                elif not block:
                    ready.unregister(talk.socket)
        taken = time.perf_counter() - started
        for key in list(ready.get_map().values()):
            key.data.socket.close()
    return latencies, failed, taken
