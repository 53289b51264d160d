"""PoolDispatcher: hands requests to worker threads."""

from collections.abc import Callable

from waitress.task import ThreadedTaskDispatcher

from inkling.service.http.errors import TooManyRequests
from inkling.service.wsgi.connection import Connection
from inkling.service.wsgi.parser import RequestParser
from inkling.service.wsgi.rejection import Rejection

HEALTH_PATHS = ("/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready")
UNLIMITED_PATHS = (*HEALTH_PATHS, "/metrics")
"""Paths for monitoring, which are never refused."""


class PoolDispatcher:
    """Three thread pools, so that short requests never wait for long ones, and health checks for none.

    The fast pool has one thread: several would compete for Python's global lock and answer fewer requests together.
    threads: size of the pool for all requests but fast ones and health checks. max_in_flight: requests that are in progress
    or waiting; more are refused with status 429. is_fast: whether a request takes at most a few milliseconds.
    """

    def __init__(self, threads: int, max_in_flight: int, is_fast: Callable[[RequestParser], bool]):
        self.max_in_flight, self.is_fast = max_in_flight, is_fast
        self.health_pool, self.fast_pool, self.main_pool = (ThreadedTaskDispatcher() for _ in range(3))
        self.health_pool.set_thread_count(1)
        self.fast_pool.set_thread_count(1)
        self.main_pool.set_thread_count(threads)

    def add_task(self, connection: Connection) -> None:
        """Queue the connection's next request, unless the client has not read earlier responses."""
        if connection.defer_if_backlogged():
            return
        request = connection.requests[0]
        if not request.error and request.path not in UNLIMITED_PATHS and self._in_flight() >= self.max_in_flight:
            request.error = Rejection(TooManyRequests(f"{self.max_in_flight:,} requests are in progress; retry later."))
        self._pool(request).add_task(connection)

    def shutdown(self) -> None:
        """Stop the threads; wait at most one second for each pool."""
        for pool in (self.health_pool, self.fast_pool, self.main_pool):
            pool.shutdown(timeout=1)

    def _in_flight(self) -> int:
        return sum(len(pool.queue) + pool.active_count for pool in (self.fast_pool, self.main_pool))

    def _pool(self, request: RequestParser) -> ThreadedTaskDispatcher:
        if request.error or request.path in HEALTH_PATHS:
            return self.health_pool
        return self.fast_pool if self.is_fast(request) else self.main_pool
