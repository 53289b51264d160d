"""WsgiServer: the event loop."""

from collections import deque
from types import SimpleNamespace

import pytest

from inkling.service.wsgi import server as wsgi_server
from inkling.service.wsgi.server import WsgiServer


class FakeConnection:
    """A connection whose request is answered, or fails."""

    def __init__(self, error: Exception | None = None):
        self.error, self.events = error, []

    def answer(self) -> None:
        self.events.append("answered")
        if self.error:
            raise self.error

    def handle_error(self) -> None:
        self.events.append("closed")


def make_server(*connections: FakeConnection) -> WsgiServer:
    """A server without sockets whose connections have fast requests."""
    server = WsgiServer.__new__(WsgiServer)
    server._map, server.task_dispatcher = {}, SimpleNamespace(fast=deque(connections))
    return server


def test_failure_closes_only_its_connection():
    """Neither the event loop nor other requests end with it."""
    broken, good = FakeConnection(AttributeError("socket")), FakeConnection()
    server = make_server(broken, good)
    server.poll(0)
    assert (broken.events, good.events) == (["answered", "closed"], ["answered"])
    assert server.answering_thread is None


def test_other_connections_get_their_turn(monkeypatch: pytest.MonkeyPatch):
    """The event loop receives and sends again before all fast requests are answered."""
    monkeypatch.setattr(wsgi_server, "FAST_SECONDS", 0.0)
    connections = [FakeConnection() for _ in range(3)]
    server = make_server(*connections)
    server.poll(0)
    assert len(server.task_dispatcher.fast) == 3
