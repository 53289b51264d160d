"""A limit on the work of one request, which long computations check."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from inkling.errors import ClientGone, TimeLimitExceeded

POLL_SECONDS = 0.05
"""CPU time between two checks whether the client is still there."""


@dataclass
class _Deadline:
    """at, next_poll: CPU time of this thread in seconds, as time.thread_time(). limit: seconds that were granted."""

    at: float
    limit: float
    is_client_gone: Callable[[], bool]
    next_poll: float


_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float, is_client_gone: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Grant the block this much CPU time of its thread: `check_deadline` raises TimeLimitExceeded afterwards.

    is_client_gone: whether nobody waits for the result; then `check_deadline` raises ClientGone.
    """
    now = time.thread_time()
    token = _deadline.set(_Deadline(now + seconds, seconds, is_client_gone, now + POLL_SECONDS))
    try:
        yield
    finally:
        _deadline.reset(token)


def check_deadline() -> None:
    """Raise TimeLimitExceeded or ClientGone if the work should end. Without a limit, as in the Python API, do nothing."""
    deadline = _deadline.get()
    if deadline is None:
        return
    now = time.thread_time()
    if now > deadline.next_poll:
        deadline.next_poll = now + POLL_SECONDS
        if deadline.is_client_gone():
            raise ClientGone("The client closed the connection before the response.")
    if now > deadline.at:
        raise TimeLimitExceeded(
            f"The request took over {deadline.limit:g} seconds of CPU time. Send fewer or simpler pictures."
        )
