"""One job's fit in its worker process, from its start to its end."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from inkling.errors import InklingError
from inkling.service.http.errors import StoreFull, StoreUnavailable
from trainer.service.errors import Conflict, WorkerFailed, WorkerTimeout
from trainer.service.jobs.event_log import BULKY, EventLog
from trainer.service.workers.pool import WorkerPool
from trainer.store.jobs import JobStore

FINAL_EVENTS = ("finished", "failed")
"""Events that are sent only after the job's state says the same."""

SERVICE_STOPPED = "The service was stopped while the job ran."
RUN_DELETED = "The run folder was deleted while the job ran."

END_ATTEMPTS, END_RETRY_SECONDS = 300, 2.0
"""How often the end of a job is stored anew while the database does not work, and the pause between two attempts."""

log = logging.getLogger(__name__)

Job = dict[str, Any]


class TrainingCounters:
    """Counts the training of all jobs since the service started."""

    def __init__(self) -> None:
        self.steps = Counter("inkling_training_steps", "Steps of gradient descent, of all jobs.", registry=None)
        self.images = Counter("inkling_training_images", "Images seen in training, of all jobs.", registry=None)


class JobRunner:
    """A running job. `on_end` is called from the runner's own thread when the job has ended."""

    def __init__(
        self,
        job: Job,
        events: EventLog,
        pool: WorkerPool,
        store: JobStore,
        counters: TrainingCounters,
        on_end: Callable[["JobRunner"], object],
    ):
        self.job, self.events, self.pool, self.store = job, events, pool, store
        self.counters, self.on_end = counters, on_end
        self.progress: Job | None = job["progress"]
        self.final_event: Job = {}
        self.is_stopping = self.is_ending = self.is_interrupted = self.has_events = False
        self.thread = threading.Thread(target=self._run, name=f"job {job['id']}", daemon=True)

    def start(self, resume: bool) -> None:
        """Start the fit. Raises StoreUnavailable, or OSError if no process can be started."""
        self.store.update(self.job["id"], state="running", started=self.job["started"] or utc_now(), ended=None, reason=None)
        self.resume_run, self.events.is_complete = resume, False
        self.worker = self.pool.acquire(self.job["settings"]["device"])
        self.worker.listener = self._on_event

    @property
    def images_per_second(self) -> float:
        """The speed of training; 0 before the first steps."""
        return (self.progress or {}).get("images_per_second") or 0.0

    def change_settings(self, values: Job) -> None:
        """Change optimizer settings from the next step on. Raises InvalidInput."""
        self._command("change", **values)

    def pause(self) -> None:
        """Pause between two steps."""
        self._command("pause")
        self.store.update(self.job["id"], state="paused")

    def resume(self) -> None:
        """End a pause."""
        self._command("resume")
        self.store.update(self.job["id"], state="running")

    def stop(self) -> None:
        """End the fit after the current step, with its best weights."""
        self.is_stopping = True
        self._command("stop")

    def inspect(self, command: str, view: Job) -> bytes:
        """Inspect the network between two steps. command: `snapshot_now` or `predictions_now`."""
        return self._command(command, **view)

    def interrupt(self) -> None:
        """End the process because the service stops. The job can be resumed."""
        self.is_interrupted = True
        self.worker.terminate("The service was stopped.")
        self.thread.join()

    def fail(self, reason: str) -> None:
        """End a job that could not be started. Called with the queue's lock, so that storing is tried only once."""
        self._end("failed", reason, attempts=1)

    def _command(self, name: str, **arguments: Any) -> bytes:
        try:
            return self.worker.request(name, **arguments)[1]
        except WorkerTimeout as error:
            raise WorkerTimeout("The running fit did not answer in time. Try again.") from error
        except WorkerFailed as error:
            raise Conflict(f"The job is not running any more. {error}") from error

    def _run(self) -> None:
        state, reason = "finished", None
        try:
            self.worker.submit("fit", settings=self.job["settings"], path=self.job["run"], resume=self.resume_run).result()
            if self.final_event["interrupted"]:
                state = "stopped"
        except InklingError as error:
            state = "stopped" if self.is_stopping and not isinstance(error, WorkerFailed) else "failed"
            reason = RUN_DELETED if self.has_events and not Path(self.job["run"]).is_dir() else str(error)
        self.pool.release(self.worker)
        if self.is_interrupted:
            state, reason = "interrupted", SERVICE_STOPPED
        self._end(state, reason)
        self.on_end(self)

    def _end(self, state: str, reason: str | None, attempts: int = END_ATTEMPTS) -> None:
        """Store the end, then send the final event: a client that receives it finds the job in that state."""
        result = self.final_event if reason is None else None
        self.is_ending = True
        self._store_end(attempts, state=state, ended=utc_now(), reason=reason, result=result, progress=self.progress)
        kind = "interrupted" if state == "interrupted" else "failed"
        self.events.append(result or {"event": kind, "time": time.time(), "message": reason})
        self.events.complete()

    def _on_event(self, event: Job) -> None:
        kind = event["event"]
        self.has_events = True
        if kind in FINAL_EVENTS:
            self.final_event = event
            return
        if kind == "batch":
            self._count(event)
            self.progress = event
        if kind == "epoch":
            self._update(epoch={name: value for name, value in event.items() if name not in BULKY}, progress=self.progress)
        self.events.append(event)

    def _count(self, event: Job) -> None:
        """Add the training since the last event. A resumed fit repeats the steps after its checkpoint."""
        before = self.progress or {"step": 0, "images_seen": 0}
        self.counters.steps.inc(max(0, event["step"] - before["step"]))
        self.counters.images.inc(max(0, event["images_seen"] - before["images_seen"]))

    def _update(self, **values: Any) -> bool:
        """Store values of the job. Returns whether it worked; the fit goes on anyway, and its result is in the run folder."""
        try:
            self.store.update(self.job["id"], **values)
        except (StoreUnavailable, StoreFull, SQLAlchemyError) as error:
            log.warning("cannot store the state of job %s: %s", self.job["id"], error)
            return False
        return True

    def _store_end(self, attempts: int, **values: Any) -> None:
        """Store the end, again and again while the database does not work, because until then it says `running`.

        Gives up when the service stops: it will find the job in that state when it starts, and mark it as interrupted.
        """
        for _ in range(attempts):
            if self._update(**values) or self.is_interrupted:
                return
            time.sleep(END_RETRY_SECONDS)


def utc_now() -> str:
    """ISO 8601 UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
