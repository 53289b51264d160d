"""SteadyLoad: honest clients, each with one connection and one request at a time."""

import http.client
import threading
import time
from dataclasses import dataclass
from typing import Any

from benchmarks.harness.request import HOST, Request

TIMEOUT_SECONDS = 20
RECONNECT_SECONDS = 0.05


@dataclass(frozen=True)
class Sent:
    """One request. at: its time, as time.monotonic(). status: 0 if the connection broke before the response."""

    at: float
    seconds: float
    status: int


class SteadyLoad:
    """Context manager: repeat a request over several connections until the block ends.

    sent: the requests that reached the server. refused: attempts to connect while nothing listened, which clients repeat.
    """

    def __init__(self, port: int, request: Request, connections: int):
        self.port, self.request = port, request
        self.sent: list[Sent] = []
        self.refused = 0
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._send_repeatedly, daemon=True) for _ in range(connections)]

    def __enter__(self) -> "SteadyLoad":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    @property
    def lost(self) -> int:
        """Requests without a response, or with a 5xx."""
        return sum(each.status == 0 or each.status >= 500 for each in self.sent)

    @property
    def p99(self) -> float:
        """The 99th percentile of the latency of responses, in milliseconds."""
        return percentile([each.seconds for each in self.sent if each.status], 0.99) * 1e3

    def _send_repeatedly(self) -> None:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT_SECONDS)
        headers = {"Content-Type": self.request.media_type}
        while not self.stopped.is_set():
            try:
                if connection.sock is None:
                    connection.connect()
            except OSError:
                self.refused += 1
                time.sleep(RECONNECT_SECONDS)
                continue
            started, status = time.monotonic(), 0
            try:
                connection.request(self.request.method, self.request.path, self.request.body, headers)
                with connection.getresponse() as response:
                    response.read()
                    status = response.status
            except (OSError, http.client.HTTPException):
                connection.close()
            self.sent.append(Sent(started, time.monotonic() - started, status))


def percentile(values: list[float], share: float) -> float:
    """A percentile of unsorted values; 0 without any."""
    return sorted(values)[int(len(values) * share)] if values else 0.0
