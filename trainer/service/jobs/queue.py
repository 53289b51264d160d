"""The job queue: starts queued jobs and applies changes to jobs."""

import logging
import secrets
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from inkling.service.http.errors import StoreFull, StoreUnavailable
from trainer.service.errors import Conflict, QueueFull, RunDeleted
from trainer.service.jobs.event_log import EventLogs
from trainer.service.jobs.runner import SERVICE_STOPPED, Job, JobRunner, TrainingCounters, utc_now
from trainer.service.settings import ServiceSettings
from trainer.service.workers.pool import WorkerPool
from trainer.settings import MUTABLE_SETTINGS, UNSUPPORTED_SETTINGS, FitSettings
from trainer.store.jobs import JobStore

RESUMABLE = ("interrupted", "stopped", "failed")
"""States from which a job can be resumed."""

ENDED = (*RESUMABLE, "finished")

STORE_RETRY_SECONDS = 2.0
"""Time until the next attempt to start queued jobs while the database does not answer."""

INSPECTION_TIMEOUT = 60.0
"""Seconds for the inspection of a run that is not being fitted; without a warm worker, TensorFlow is loaded first."""

END_TIMEOUT = 5.0
"""Seconds to wait for the removal of a runner whose end is stored."""

log = logging.getLogger(__name__)


class JobQueue:
    """All jobs of the service. Thread-safe."""

    def __init__(self, settings: ServiceSettings, store: JobStore, logs: EventLogs, pool: WorkerPool):
        self.settings, self.store, self.logs, self.pool = settings, store, logs, pool
        self.lock = threading.RLock()
        self.queued: deque[str] = deque()
        self.running: dict[str, JobRunner] = {}
        self.counters = TrainingCounters()
        self.closed = self.has_retry = False

    def recover(self) -> None:
        """Continue after a restart: jobs that ran become interrupted, queued jobs stay queued."""
        for job in self.store.list_in_states("running", "paused"):
            self.store.update(job["id"], state="interrupted", reason=SERVICE_STOPPED)
            self.logs.get(job["id"]).append({"event": "interrupted", "time": time.time(), "message": SERVICE_STOPPED})
        with self.lock:
            self.queued.extend(job["id"] for job in self.store.list_in_states("queued"))
            self._start_queued()
            self.pool.start_warm_workers()

    def submit(self, settings: FitSettings, name: str | None) -> Job:
        """Queue a fit. Raises QueueFull."""
        with self.lock:
            self._check_capacity()
            job_id = f"{settings.recipe}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
            job = dict.fromkeys(("started", "ended", "reason", "progress", "epoch", "result"))
            job |= {"id": job_id, "name": name or job_id, "state": "queued", "created": utc_now(), "published": []}
            job |= {"settings": settings.to_dict(), "run": str(self.settings.runs_folder.absolute() / job_id)}
            self.store.add(job)
            self._enqueue(job_id)
        return self.get(job_id)

    def get(self, job_id: str) -> Job:
        """A job with its current progress. Raises JobNotFound."""
        return self._with_progress(self.store.get(job_id))

    def list_page(self, limit: int, before: str | None) -> tuple[list[Job], str | None]:
        """Jobs, newest first, and the ID for the next page or None. Raises JobNotFound."""
        jobs, next_id = self.store.list_page(limit, before)
        return [self._with_progress(job) for job in jobs], next_id

    def has_ended(self, job_id: str) -> bool:
        """Whether no more events will follow unless the job is resumed. Raises JobNotFound."""
        return self.store.get(job_id)["state"] in ENDED and job_id not in self.running

    def get_run(self, job_id: str) -> tuple[Job, Path]:
        """A job and its run folder. Raises JobNotFound, Conflict if the fit has not started, RunDeleted."""
        job = self.get(job_id)
        path = Path(job["run"])
        if (path / "settings.json").is_file():
            return job, path
        if job["epoch"] or job["result"]:
            raise RunDeleted(f"The run folder of job {job_id} was deleted.")
        raise Conflict(f"The fit of the job has not started yet; its state is '{job['state']}'.")

    def update(self, job_id: str, values: dict[str, Any], state: str | None) -> Job:
        """Change settings of a running job, its state, or both. Raises JobNotFound, InvalidInput, Conflict, RunDeleted."""
        job = self.get(job_id)
        runner = self._get_runner(job)
        if values:
            if runner is None:
                raise Conflict(f"Cannot change the settings of a job in state '{job['state']}'; it must be running or paused.")
            runner.change_settings(values)
        if state:
            self._transition(job, runner, state)
        return self.get(job_id)

    def take_snapshot(self, job_id: str, **view: Any) -> bytes:
        """A snapshot of a job's network, during the fit or after it. Raises JobNotFound, InvalidInput, Conflict, RunDeleted."""
        return self._inspect(job_id, "snapshot", view)

    def predict_page(self, job_id: str, **view: Any) -> bytes:
        """Predictions of that network for a page of validation images. Raises like `take_snapshot`."""
        return self._inspect(job_id, "predictions", view)

    def record_publication(self, job_id: str, name: str) -> None:
        """Record the name under which a job's model was published."""
        with self.lock:
            names = self.store.get(job_id)["published"]
            self.store.update(job_id, published=[*(each for each in names if each != name), name])

    def close(self) -> None:
        """Interrupt running jobs; they can be resumed."""
        with self.lock:
            self.closed = True
            runners = list(self.running.values())
        for runner in runners:
            runner.interrupt()

    def _inspect(self, job_id: str, task: str, view: Job) -> bytes:
        runner = self._get_runner(self.get(job_id))
        if runner:
            return runner.inspect(f"{task}_now", view)
        _, path = self.get_run(job_id)
        return self.pool.tensorflow_worker().request(task, INSPECTION_TIMEOUT, path=str(path), **view)[1]

    def _get_runner(self, job: Job) -> JobRunner | None:
        """The runner of a running job. Waits for one whose end is stored already, as clients that saw that state expect."""
        runner = self.running.get(job["id"])
        if runner and runner.is_ending and job["state"] in ENDED:
            runner.thread.join(END_TIMEOUT)
            runner = self.running.get(job["id"])
        return runner

    def _transition(self, job: Job, runner: JobRunner | None, state: str) -> None:
        current = job["state"]
        if runner:
            {"paused": runner.pause, "running": runner.resume, "stopped": runner.stop}[state]()
        elif state == "running" and current in RESUMABLE:
            self._resume(job)
        elif state == "stopped" and current in ("queued", "interrupted", "stopped"):
            self._stop_idle(job)
        elif not (state == "running" and current == "queued"):
            verb = {"paused": "pause", "running": "resume", "stopped": "stop"}[state]
            raise Conflict(f"Cannot {verb} a job in state '{current}'.")

    def _resume(self, job: Job) -> None:
        job_id, done = job["id"], (job["epoch"] or {}).get("epoch", 0)
        if done >= job["settings"]["epochs"]:
            raise Conflict(f"Cannot resume the job: all {done} epochs are done.")
        if done:
            self.get_run(job_id)
        with self.lock:
            self._check_capacity()
            if self.store.get(job_id)["state"] not in RESUMABLE:
                raise Conflict("The job has already been resumed.")
            self.store.update(job_id, state="queued", ended=None, reason=None, result=None, published=[])
            self.logs.get(job_id).is_complete = False
            self._enqueue(job_id)

    def _stop_idle(self, job: Job) -> None:
        """Stop a job that is not running."""
        job_id = job["id"]
        with self.lock:
            if job_id in self.running:
                raise Conflict("The job has just started. Try again.")
            if job["state"] == "stopped":
                return
            if job_id in self.queued:
                self.queued.remove(job_id)
            reason = "The job was stopped before it started." if job["state"] == "queued" else job["reason"]
            self.store.update(job_id, state="stopped", ended=utc_now(), reason=reason)
            events = self.logs.get(job_id)
            if job["state"] == "queued":
                events.append({"event": "failed", "time": time.time(), "message": reason})
            events.complete()

    def _check_capacity(self) -> None:
        if len(self.queued) >= self.settings.max_queued_jobs:
            raise QueueFull(f"The queue is full: {self.settings.max_queued_jobs} jobs are waiting. Retry later.")

    def _enqueue(self, job_id: str) -> None:
        self.queued.append(job_id)
        self._start_queued()

    def _start_queued(self) -> None:
        while not self.closed and self.queued and len(self.running) < self.settings.jobs:
            job_id = self.queued[0]
            try:
                self._start(job_id)
            except (StoreUnavailable, StoreFull):
                self._retry_later()
                return
            except Exception:  # such as a job that is no longer in the database: the others must still start
                log.exception("cannot start job %s", job_id)
            self.queued.popleft()

    def _start(self, job_id: str) -> None:
        """Start a queued job. Raises StoreUnavailable or StoreFull; then nothing has been started."""
        job = self.store.get(job_id)
        runner = JobRunner(job, self.logs.get(job_id), self.pool, self.store, self.counters, self._on_end)
        try:
            runner.start(resume=(Path(job["run"]) / "settings.json").is_file())
        except OSError as error:
            runner.fail(f"Cannot start a worker process: {error.strerror}.")
            return
        self.running[job_id] = runner
        runner.thread.start()

    def _retry_later(self) -> None:
        """Start queued jobs when the database may be back."""
        if self.has_retry:
            return
        self.has_retry = True

        def retry() -> None:
            with self.lock:
                self.has_retry = False
                self._start_queued()

        timer = threading.Timer(STORE_RETRY_SECONDS, retry)
        timer.daemon = True
        timer.start()

    def _on_end(self, runner: JobRunner) -> None:
        with self.lock:
            self.running.pop(runner.job["id"], None)
            self._start_queued()

    def _with_progress(self, job: Job) -> Job:
        """A stored job with its progress, its position in the queue (1 is next) and the settings that can be changed now."""
        runner, job_id = self.running.get(job["id"]), job["id"]
        mutable = [name for name in MUTABLE_SETTINGS if name not in UNSUPPORTED_SETTINGS[job["settings"]["optimizer"]]]
        queued = list(self.queued)  # without the lock, which a change holds while the database is locked
        position = queued.index(job_id) + 1 if job_id in queued else None
        return job | {
            "progress": runner.progress if runner else job["progress"],
            "queue_position": position,
            "mutable": mutable,
        }
