"""Connection: whether the client is still there, and for how long it has been silent."""

import socket
from types import SimpleNamespace

from inkling.service.wsgi.connection import Connection
from inkling.service.wsgi.server import WsgiServer


def connection_of(own: socket.socket) -> Connection:
    """A connection on a socket, without a server."""
    connection = Connection.__new__(Connection)
    connection.socket, connection.connected = own, True
    return connection


def test_client_that_waits_is_not_gone() -> None:
    """Nor one that has sent its next request, which stays unread."""
    own, other = socket.socketpair()
    with own, other:
        connection = connection_of(own)
        assert not connection.is_gone()
        other.sendall(b"GET")
        assert not connection.is_gone()
        assert own.recv(3) == b"GET"


def test_client_that_closed_is_gone() -> None:
    """Also one whose connection the event loop has closed."""
    own, other = socket.socketpair()
    with own:
        connection = connection_of(own)
        other.close()
        assert connection.is_gone()
    assert connection.is_gone()


def test_clock_that_is_set_back_restarts_idle_timeouts() -> None:
    """Else nothing would be closed until the clock has caught up."""
    server = WsgiServer.__new__(WsgiServer)
    connection = SimpleNamespace(last_activity=1_000_000.0)
    server.adj = SimpleNamespace(cleanup_interval=1)
    server.active_channels, server.next_channel_cleanup = {3: connection}, 1_000_001.0
    server._follow_clock(1_000_000.5)
    assert (connection.last_activity, server.next_channel_cleanup) == (1_000_000.0, 1_000_001.0)
    server._follow_clock(996_400.0)
    assert (connection.last_activity, server.next_channel_cleanup) == (996_400.0, 996_400.0)
