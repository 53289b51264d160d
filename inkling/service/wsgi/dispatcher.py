"""RequestDispatcher: hands requests to worker threads, or keeps fast ones for the event loop."""

from collections import deque
from collections.abc import Callable

from waitress.task import ThreadedTaskDispatcher

from inkling.service.http.errors import TooManyRequests
from inkling.service.wsgi.connection import Connection
from inkling.service.wsgi.parser import RequestParser
from inkling.service.wsgi.rejection import Rejection

HEALTH_PATHS = ("/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready")
UNLIMITED_PATHS = (*HEALTH_PATHS, "/metrics")
"""Paths for monitoring, which are never refused."""


class RequestDispatcher:
    """Three queues, so that short requests never wait for long ones, and health checks for none.

    Health checks have a thread of their own; `fast` holds the connections whose request the event loop answers itself,
    because handing a short request to a thread takes longer than the request; all others go to a pool of threads.
    threads: size of that pool. max_in_flight: requests that are in progress or waiting; more are refused with status 429.
    is_fast: whether a request takes at most some milliseconds.
    """

    def __init__(self, threads: int, max_in_flight: int, is_fast: Callable[[RequestParser], bool]):
        self.max_in_flight, self.is_fast = max_in_flight, is_fast
        self.fast: deque[Connection] = deque()
        self.health_pool, self.main_pool = ThreadedTaskDispatcher(), ThreadedTaskDispatcher()
        self.health_pool.set_thread_count(1)
        self.main_pool.set_thread_count(threads)

    def add_task(self, connection: Connection) -> None:
        """Queue the connection's next request, unless the client has not read earlier responses."""
        if connection.defer_if_backlogged():
            return
        request = connection.requests[0]
        if not request.error and request.path not in UNLIMITED_PATHS and self.in_progress + self.queued >= self.max_in_flight:
            request.error = Rejection(TooManyRequests(f"{self.max_in_flight:,} requests are in progress; retry later."))
        if request.error or request.path in HEALTH_PATHS:
            self.health_pool.add_task(connection)
        elif self.is_fast(request):
            self.fast.append(connection)
        else:
            self.main_pool.add_task(connection)

    def shutdown(self) -> None:
        """Stop the threads, waiting at most one second for each pool, and drop the requests that nobody has started."""
        for pool in (self.health_pool, self.main_pool):
            pool.shutdown(timeout=1)
        while self.fast:
            self.fast.popleft().cancel()

    @property
    def in_progress(self) -> int:
        """Requests that occupy a thread of the pool."""
        return int(self.main_pool.active_count)

    @property
    def queued(self) -> int:
        """Requests that wait, health checks aside."""
        return len(self.fast) + len(self.main_pool.queue)
