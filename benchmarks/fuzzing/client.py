"""FuzzClient: sends mutated requests and records what a service must never do."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

from benchmarks.fuzzing.mutation import mutate
from benchmarks.harness.request import HOST, Request

TIMEOUT_SECONDS = 60
MEDIA_TYPES = ("image/png", "application/json", "application/octet-stream", "multipart/form-data", "text/plain", "", "a/b; c=d")


@dataclass
class FuzzResult:
    """statuses: status -> responses, 0 for none. failures: descriptions of 5xx and missing responses. slowest: in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_request: str = ""

    def merge(self, other: "FuzzResult") -> None:
        """Add another client's result."""
        self.statuses += other.statuses
        self.failures += other.failures
        if other.slowest > self.slowest:
            self.slowest, self.slowest_request = other.slowest, other.slowest_request


class FuzzClient:
    """One connection with its own random numbers. evaluating: held during /evaluate, of which few may run at once."""

    def __init__(self, port: int, corpus: list[Request], seed: int, evaluating: threading.Lock):
        self.port, self.corpus, self.evaluating = port, corpus, evaluating
        self.rng = random.Random(seed)  # noqa: S311 repeatable, not secret
        self.result = FuzzResult()
        self.connection = self._connect()

    def run(self, count: int) -> None:
        """Send `count` requests."""
        for _ in range(count):
            request = self.mutated()
            if request.path.startswith("/evaluate"):
                with self.evaluating:
                    self.send(request)
            else:
                self.send(request)
        self.connection.close()

    def mutated(self) -> Request:
        """A request of the corpus with a changed body, and sometimes another media type, query or path."""
        rng, seed = self.rng, self.rng.choice(self.corpus)
        body, path, media_type = seed.body, seed.path, seed.media_type
        if body and rng.random() < 0.95:
            body = mutate(body, rng.choice(self.corpus).body, rng)
        if rng.random() < (0.1 if body else 0.9):
            path = "/" + quote_from_bytes(mutate(path[1:].encode(), b"?limit=-1&label=%00", rng), safe="/?&=,%:")[:3_000]
        if rng.random() < 0.05:
            media_type = rng.choice(MEDIA_TYPES)
        return Request(seed.name, seed.method, path, body, media_type)

    def send(self, request: Request) -> None:
        """Send one request and record the response."""
        headers = {"Content-Type": request.media_type} if request.body else {}
        started = time.perf_counter()
        status, body = 0, b""
        try:
            self.connection.request(request.method, request.path, request.body or None, headers)
            with self.connection.getresponse() as response:
                status, body = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            body = repr(error).encode()
            self.connection.close()
            self.connection = self._connect()
        seconds = time.perf_counter() - started
        self.result.statuses[status] += 1
        if seconds > self.result.slowest:
            self.result.slowest, self.result.slowest_request = seconds, f"{request.method} {request.name}"
        if status == 202:
            self._stop_job(json.loads(body)["id"])
        if status == 0 or status >= 500:
            shown = f"{request.method} {request.path:.120} {request.media_type:.40}: {status} {body[:200]!r}"
            self.result.failures.append(f"{shown}; body of {len(request.body)} bytes: {request.body[:300]!r}")

    def _stop_job(self, job: str) -> None:
        """A mutated job may be valid: it is stopped at once, because fits are not what is tested."""
        self.connection.request("PATCH", f"/jobs/{job}", b'{"state":"stopped"}', {"Content-Type": "application/json"})
        self.connection.getresponse().read()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT_SECONDS)


def fuzz(port: int, corpus: list[Request], count: int, threads: int, seed: int) -> FuzzResult:
    """Send `count` mutated requests over `threads` connections."""
    evaluating = threading.Lock()
    clients = [FuzzClient(port, corpus, seed + number, evaluating) for number in range(threads)]
    workers = [threading.Thread(target=client.run, args=(count // threads,)) for client in clients]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    total = FuzzResult()
    for client in clients:
        total.merge(client.result)
    return total
