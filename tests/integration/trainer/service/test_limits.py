"""Limits of the service: event streams, memory for reading datasets, dropped tasks, access to large bodies."""

import http.client
from pathlib import Path

import numpy as np
import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG_FIT, TrainerProcess
from trainer.service.errors import TaskError
from trainer.service.workers.process import WorkerProcess

pytestmark = pytest.mark.slow


def open_stream(service: TrainerProcess, job_id: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """Follow a job's events."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    connection.request("GET", f"/jobs/{job_id}/events")
    return connection, connection.getresponse()


def test_event_streams_leave_connections_free(tmp_path: Path):
    """Beyond the limit, a stream is refused, and everything else is answered."""
    options = ("--warm-workers", "0", "--max-event-streams", "2")
    with TrainerProcess(tmp_path, *options) as service:
        job_id = service.submit(**LONG_FIT)
        streams = [open_stream(service, job_id) for _ in range(2)]
        assert [response.status for _, response in streams] == [200, 200]
        connection, refused = open_stream(service, job_id)
        assert (refused.status, refused.headers["Retry-After"]) == (503, "2")
        connection.close()
        assert service.request("GET", "/health/ready").status == 200
        for connection, response in streams:
            response.close()
            connection.close()


def test_reading_datasets_takes_bounded_memory(tmp_path: Path):
    """The worker process is ended, the client learns why, and the next request is answered by a new one."""
    data = tmp_path / "data"
    data.mkdir()
    images = np.zeros((1_500, 500, 500), np.uint8)
    images[:, 100:300, 200:210] = 255
    np.savez_compressed(data / "large.npz", x=images, y=np.arange(1_500) % 10)
    options = ("--warm-workers", "0", "--data-memory", "256")
    with TrainerProcess(tmp_path / "service", *options, INKLING_DATA=str(data)) as service:
        response = service.request("POST", "/splits", {"data": [str(data / "large.npz")]})
        assert_error(response, 413, "too_large")
        assert "--data-memory" in response.body["error"]["message"]
        assert service.request("POST", "/splits", {"data": ["digits"]}).status == 200


def test_tasks_that_nobody_waits_for_are_dropped():
    """Unless they have been started."""
    worker = WorkerProcess({}, lambda _: None)
    try:
        first, second, third = (worker.submit("describe", spec="digits", signature=str(number)) for number in range(3))
        worker._cancel(second)
        assert first.result(60)[0]["n"] > 0
        with pytest.raises(TaskError) as dropped:
            second.result(60)
        assert dropped.value.code == "worker_timeout"
        assert third.result(60)[0]["n"] > 0
    finally:
        worker.terminate("The test is over.")
        worker.process.wait()
