"""A trainer service and a finished job in it, shared by all tests that leave them unchanged."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.trainer_process import SHORT_FIT, ServerSentEvent, TrainerProcess


@pytest.fixture(scope="session")
def service(tmp_path_factory) -> Iterator[TrainerProcess]:
    """A service that runs one job at a time."""
    with TrainerProcess(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="session")
def idle_service(tmp_path_factory) -> Iterator[TrainerProcess]:
    """A service that runs no jobs."""
    with TrainerProcess(tmp_path_factory.mktemp("idle"), "--warm-workers", "0") as running:
        yield running


@pytest.fixture(scope="session")
def finished_job_and_events(service: TrainerProcess) -> tuple[dict[str, Any], list[ServerSentEvent]]:
    """A finished job, and all events that a client received from its beginning."""
    job_id = service.submit(**SHORT_FIT, name="short fit")
    events = list(service.stream_events(job_id))
    return service.get_job(job_id), events


@pytest.fixture(scope="session")
def finished_job(finished_job_and_events: tuple[dict[str, Any], list[ServerSentEvent]]) -> dict[str, Any]:
    """A finished job."""
    return finished_job_and_events[0]
