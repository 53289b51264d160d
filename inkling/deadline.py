"""A time limit on the work of one request, which long computations check."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from inkling.errors import TimeLimitExceeded


@dataclass(frozen=True)
class _Deadline:
    """at: CPU time of this thread in seconds, as time.thread_time(). limit: seconds that were granted."""

    at: float
    limit: float


_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Grant the block this much CPU time of its thread: `check_deadline` raises TimeLimitExceeded afterwards."""
    token = _deadline.set(_Deadline(time.thread_time() + seconds, seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


def check_deadline() -> None:
    """Raise TimeLimitExceeded if the time limit is used up. Without a limit, as in the Python API, do nothing."""
    deadline = _deadline.get()
    if deadline is not None and time.thread_time() > deadline.at:
        raise TimeLimitExceeded(
            f"The request took over {deadline.limit:g} seconds of CPU time. Send fewer or simpler pictures."
        )
