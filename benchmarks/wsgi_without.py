"""`python -m benchmarks.wsgi_without NAME ARGUMENT…`: run `server ARGUMENT…` with one override of the WSGI server removed."""

import sys
from collections.abc import Callable

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ThreadedTaskDispatcher, WSGITask

from inkling.service.wsgi import server as wsgi_server
from inkling.service.wsgi.config import WaitressConfig
from inkling.service.wsgi.connection import Connection
from inkling.service.wsgi.parser import RequestParser
from inkling.service.wsgi.tasks import RequestTask
from server.runtime import gunicorn_app


class OnePoolDispatcher(ThreadedTaskDispatcher):
    """As many threads as RequestDispatcher, in one pool, and nothing for the event loop."""

    fast = ()
    in_progress = queued = 0  # only for metrics

    def __init__(self, threads: int, *_: object):
        super().__init__()
        self.set_thread_count(threads + 1)

    def add_task(self, connection: Connection) -> None:
        """Queue the connection's next request."""
        if not connection.defer_if_backlogged():
            super().add_task(connection)


def remove_two_pools() -> None:
    """All requests share one thread pool."""
    wsgi_server.RequestDispatcher = OnePoolDispatcher


def remove_connection_close() -> None:
    """Responses do not say that the server stops."""
    RequestTask.build_response_header = WSGITask.build_response_header


def remove_syn_filter() -> None:
    """The kernel accepts connections until the socket is closed."""
    gunicorn_app.drop_new_connections = lambda _: None


def remove_lingering_close() -> None:
    """A connection is closed as soon as the error has been sent."""
    Connection.handle_write = HTTPChannel.handle_write


def remove_path_limits() -> None:
    """The largest body limit holds for all paths."""
    WaitressConfig.for_path = lambda config, _: config.large


def remove_early_rejection() -> None:
    """Rejected requests with Expect: 100-continue are told to continue."""
    RequestParser.received = HTTPRequestParser.received


def remove_backpressure() -> None:
    """Pipelined requests are processed whether or not the client reads the responses."""
    Connection.defer_if_backlogged = lambda _: False


def remove_stall_detection() -> None:
    """Connections whose client reads nothing stay open."""
    Connection.is_stalled = lambda *_: False


def remove_receive_timeout() -> None:
    """Requests may take any time to arrive."""
    Connection.is_overdue = lambda *_: False


def remove_malloc_thresholds() -> None:
    """glibc's defaults."""
    gunicorn_app.set_malloc_thresholds = lambda: False


def remove_nothing() -> None:
    """The server as it is."""


REMOVALS: dict[str, Callable[[], None]] = {
    "two-pools": remove_two_pools,
    "connection-close": remove_connection_close,
    "syn-filter": remove_syn_filter,
    "lingering-close": remove_lingering_close,
    "path-limits": remove_path_limits,
    "early-rejection": remove_early_rejection,
    "backpressure": remove_backpressure,
    "stall-detection": remove_stall_detection,
    "receive-timeout": remove_receive_timeout,
    "malloc-thresholds": remove_malloc_thresholds,
    "nothing": remove_nothing,
}


def main(name: str, *arguments: str) -> None:
    """Remove an override, then run the server's command line."""
    from server.cli.main import main as server

    REMOVALS[name]()
    server(arguments, prog_name="server")


if __name__ == "__main__":
    main(*sys.argv[1:])
