"""A service for all tests that leave it as it is, and one finished job in it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.trainer_process import SMALL, Event, Serving


@pytest.fixture(scope="session")
def serving(tmp_path_factory) -> Iterator[Serving]:
    """A service that runs one job at a time."""
    with Serving(tmp_path_factory.mktemp("serving")) as running:
        yield running


@pytest.fixture(scope="session")
def told(serving: Serving) -> tuple[dict[str, Any], list[Event]]:
    """A finished job, and all that a watcher was told of it, from before it began."""
    number = serving.submit(**SMALL, name="the small one")
    events = list(serving.watch(number))
    return serving.job(number), events


@pytest.fixture(scope="session")
def finished(told: tuple[dict[str, Any], list[Event]]) -> dict[str, Any]:
    """A finished job."""
    return told[0]
