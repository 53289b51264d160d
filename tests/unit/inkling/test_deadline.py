"""time_limit and check_deadline."""

import time

import pytest

from inkling.deadline import check_deadline, time_limit
from inkling.errors import ClientGone, TimeLimitExceeded


def test_without_a_limit_nothing_is_raised() -> None:
    """As in the Python API."""
    check_deadline()


def test_computing_longer_than_the_limit_is_an_error() -> None:
    """The limit ends with the block."""
    started = time.thread_time()
    with time_limit(0.01):
        while time.thread_time() < started + 0.02:
            pass
        with pytest.raises(TimeLimitExceeded, match=r"0\.01"):
            check_deadline()
    check_deadline()


def test_waiting_does_not_count() -> None:
    """The limit is on CPU time, so that a busy machine rejects nothing."""
    with time_limit(0.05):
        time.sleep(0.1)
        check_deadline()


def test_work_ends_when_the_client_is_gone() -> None:
    """At the next check, long before the limit."""
    clients = iter([False, True])

    def work() -> None:
        while True:
            check_deadline()

    with time_limit(1_000, lambda: next(clients)), pytest.raises(ClientGone):
        work()
