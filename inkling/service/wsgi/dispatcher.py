"""PoolDispatcher: hands requests to worker threads."""

from collections.abc import Container

from waitress.task import ThreadedTaskDispatcher

from inkling.service.wsgi.connection import Connection
from inkling.service.wsgi.parser import RequestParser

HEALTH_PATHS = ("/health/live", "/health/ready")

MAX_FAST_BODY_BYTES = 256 * 1024
"""Larger pictures are photographs, which take a hundred times as long as drawings."""


class PoolDispatcher:
    """Three thread pools, so that short requests never wait for long ones, and health checks for none.

    The fast pool has one thread: several would compete for Python's global lock and answer fewer requests together.
    fast_paths: paths of short requests. threads: size of the pool for all requests but these and health checks.
    """

    def __init__(self, threads: int, fast_paths: Container[str]):
        self.fast_paths = fast_paths
        self.health_pool, self.fast_pool, self.main_pool = (ThreadedTaskDispatcher() for _ in range(3))
        self.health_pool.set_thread_count(1)
        self.fast_pool.set_thread_count(1)
        self.main_pool.set_thread_count(threads)

    def add_task(self, connection: Connection) -> None:
        """Queue the connection's next request, unless the client has not read earlier responses."""
        if connection.defer_if_backlogged():
            return
        self._pool(connection.requests[0]).add_task(connection)

    def shutdown(self) -> None:
        """Stop the threads; wait at most one second for each pool."""
        for pool in (self.health_pool, self.fast_pool, self.main_pool):
            pool.shutdown(timeout=1)

    def _pool(self, request: RequestParser) -> ThreadedTaskDispatcher:
        if request.error or request.path in HEALTH_PATHS:
            return self.health_pool
        is_small = request.body_bytes_received <= MAX_FAST_BODY_BYTES
        return self.fast_pool if request.path in self.fast_paths and is_small else self.main_pool
