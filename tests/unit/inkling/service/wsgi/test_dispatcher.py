"""RequestDispatcher: which requests wait for which."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from inkling.service.wsgi.dispatcher import RequestDispatcher
from tests.support.server_process import wait_for

TIMEOUT = 10


class FakeConnection:
    """A connection with one request, which is in progress until `release`."""

    def __init__(self, path: str, is_fast: bool = False):
        self.requests = [SimpleNamespace(path=path, error=None, is_fast=is_fast)]
        self.started, self.released = threading.Event(), threading.Event()

    def defer_if_backlogged(self) -> bool:
        return False

    def service(self) -> None:
        self.started.set()
        if self.status:
            return  # a rejection takes no time
        assert self.released.wait(TIMEOUT)

    def cancel(self) -> None:
        """Called for connections that wait when the server stops."""

    @property
    def status(self) -> int | None:
        """Of the rejection, if there is one."""
        error = self.requests[0].error
        return error and error.code


@pytest.fixture
def dispatcher() -> Iterator[RequestDispatcher]:
    """One thread for long requests, and three requests in flight."""
    dispatcher = RequestDispatcher(1, 3, lambda request: request.is_fast)
    wait_for(lambda: not dispatcher.in_progress, "idle threads")
    yield dispatcher
    dispatcher.shutdown()


def test_long_requests_delay_neither_short_ones_nor_health_checks(dispatcher: RequestDispatcher) -> None:
    """While the only thread for long requests is taken, and another one waits."""
    long, waiting = (FakeConnection("/read") for _ in range(2))
    short, health = FakeConnection("/predict", is_fast=True), FakeConnection("/health/live")
    for connection in (long, waiting, short, health):
        dispatcher.add_task(connection)
    for connection in (long, health):
        assert connection.started.wait(TIMEOUT)
    assert not waiting.started.is_set()
    assert list(dispatcher.fast) == [short]  # the event loop answers it
    for connection in (long, waiting, health):
        connection.released.set()
    assert waiting.started.wait(TIMEOUT)


def test_requests_beyond_the_limit_are_refused(dispatcher: RequestDispatcher) -> None:
    """With status 429; monitoring is answered nevertheless."""
    accepted = [FakeConnection("/read") for _ in range(3)]
    refused, metrics, health = (FakeConnection(path) for path in ("/read", "/metrics", "/health/ready"))
    for connection in (*accepted, refused, metrics, health):
        dispatcher.add_task(connection)
    assert refused.started.wait(TIMEOUT)  # the response is sent at once, not after the others
    assert [connection.status for connection in (*accepted, refused, metrics, health)] == [None, None, None, 429, None, None]
    for connection in (*accepted, refused, metrics, health):
        connection.released.set()
    for connection in (*accepted, metrics, health):
        assert connection.started.wait(TIMEOUT)
    late = FakeConnection("/read")
    late.released.set()
    dispatcher.add_task(late)
    assert late.status is None
