"""The job queue, with workers that end at once instead of training."""

import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from inkling.service.store.database import open_database
from trainer.service.errors import WorkerFailed
from trainer.service.jobs.event_log import EventLogs
from trainer.service.jobs.queue import JobQueue
from trainer.service.settings import ServiceSettings
from trainer.settings import FitSettings
from trainer.store.jobs import JobStore


class StoppedWorker:
    """A worker whose fits end at once, as if stopped, and which then takes no commands."""

    def submit(self, _task: str, **_arguments: object) -> Future:
        """Send the final event; return the completed result."""
        self.listener({"event": "finished", "time": 0.0, "interrupted": True})
        result: Future = Future()
        result.set_result(None)
        return result

    def request(self, _name: str, **_arguments: object) -> None:
        """Fail as a worker without a fit does."""
        raise WorkerFailed("The worker is idle.")


class Pool:
    """A pool of such workers."""

    def acquire(self, _device: str) -> StoppedWorker:
        """A new worker."""
        return StoppedWorker()

    def release(self, _worker: StoppedWorker) -> None:
        """Accept any worker."""


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_job_can_be_changed_as_soon_as_its_end_is_stored(tmp_path: Path, state: str):
    """A client that sees the state `stopped` while the runner is being removed gets no 409."""
    logs = EventLogs(tmp_path / "events", 100_000)
    store = JobStore(open_database(f"sqlite:///{tmp_path / 'jobs.db'}"))
    queue = JobQueue(ServiceSettings(runs=str(tmp_path / "runs")), store, logs, Pool())
    is_stored, may_be_removed = threading.Event(), threading.Event()

    def on_append() -> None:
        is_stored.set()
        may_be_removed.wait(10)

    logs.on_append = on_append
    job_id = queue.submit(FitSettings(), None)["id"]
    assert is_stored.wait(10)
    assert queue.get(job_id)["state"] == "stopped"
    queue.record_publication(job_id, "digits")
    threading.Timer(0.1, may_be_removed.set).start()
    queue.update(job_id, {}, state)
    for runner in list(queue.running.values()):
        runner.thread.join(10)
    assert queue.get(job_id)["state"] == "stopped"
    assert queue.get(job_id)["published"] == ([] if state == "running" else ["digits"])  # a resumed job has another model
