"""Running: one job's fit in its child process, from the moment that it begins to the moment that it is over."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from inkling.errors import InklingError
from trainer.service.errors import Conflict, WorkerFailed, WorkerTimeout
from trainer.service.jobs.event_log import BULKY, EventLog
from trainer.service.workers.pool import WorkerPool
from trainer.service.workers.process import WorkerProcess
from trainer.store.jobs import JobStore

LAST = ("finished", "failed")
"""Events that are told once the job's state says so, too."""

LEFT = "Expected the service to last while the job ran. Received its end."
"""Why a job is interrupted."""

DELETED = "Expected the run folder to stay while the job ran. Received one that was deleted."

log = logging.getLogger(__name__)

Job = dict[str, Any]


class JobRunner:
    """A job that runs. `over` is called at its end, from a thread of its own."""

    def __init__(self, job: Job, events: EventLog, pool: WorkerPool, kept: JobStore, over: Callable[["JobRunner"], object]):
        self.job, self.events, self.pool, self.kept, self.over = job, events, pool, kept, over
        self.progress: Job | None = job["progress"]
        self.last: Job | None = None
        self.stopping = self.leaving = self.begun = False
        self.child: WorkerProcess | None = None
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self._run, name=f"job {job['id']}", daemon=True)

    def start(self, resume: bool) -> None:
        """Begin. Raises OSError where there is no room for a process."""
        self.resume, self.events.over = resume, False
        self.child = self.pool.for_fit(self.job["settings"]["device"])
        self.child.listener = self._hear
        self.kept.change(self.job["id"], state="running", started=self.job["started"] or now(), ended=None, reason=None)
        self.thread.start()

    def change(self, values: Job) -> None:
        """Change settings of the optimizer from the next step on. Raises BadInput's like as the child tells it."""
        self._ask("change", **values)

    def hold(self) -> None:
        """Pause between two steps."""
        self._ask("pause")
        self.kept.change(self.job["id"], state="paused")

    def go_on(self) -> None:
        """End a pause."""
        self._ask("go_on")
        self.kept.change(self.job["id"], state="running")

    def stop(self) -> None:
        """End the fit after this step, with its best weights."""
        self.stopping = True
        self._ask("stop")

    def look(self, do: str, wanted: Job) -> bytes:
        """See into the network as it is between two steps; do: `look`, or `predictions`."""
        return self._ask(do, **wanted)

    def leave(self) -> None:
        """The service ends: so does the process, and the job can go on another time."""
        self.leaving = True
        self.child.end("Expected the service to last. Received its end.")
        self.thread.join()

    def _ask(self, do: str, **words: Any) -> bytes:
        try:
            return self.child.ask(do, **words)[1]
        except WorkerTimeout as error:
            raise WorkerTimeout("Expected the fit to answer between two steps. Received nothing yet: try again.") from error
        except WorkerFailed as error:
            raise Conflict(f"Expected a job that is running. Received one whose process has ended: {error}") from error

    def give_up(self, reason: str) -> None:
        """The job cannot begin."""
        self._end("failed", reason)

    def _run(self) -> None:
        state, reason = "finished", None
        try:
            self.child.call("fit", settings=self.job["settings"], path=self.job["run"], resume=self.resume).result()
            if self.last["interrupted"]:
                state = "stopped"
        except InklingError as error:
            state = "stopped" if self.stopping and not isinstance(error, WorkerFailed) else "failed"
            reason = DELETED if self.begun and not Path(self.job["run"]).is_dir() else str(error)
        self.pool.done(self.child)
        if self.leaving:
            state, reason = "interrupted", LEFT
        self._end(state, reason)
        self.over(self)

    def _end(self, state: str, reason: str | None) -> None:
        """Keep how it ended, then tell it: whoever hears the last event finds the job as it says."""
        result = self.last if reason is None else None
        self._keep(state=state, ended=now(), reason=reason, result=result, progress=self.progress)
        kind = "interrupted" if state == "interrupted" else "failed"
        self.events.append(result or {"event": kind, "time": time.time(), "message": reason})
        self.events.close()

    def _hear(self, event: Job) -> None:
        kind = event["event"]
        self.begun = True
        if kind in LAST:
            self.last = event
            return
        if kind == "batch":
            self.progress = event
        if kind == "epoch":
            self._keep(epoch={name: value for name, value in event.items() if name not in BULKY}, progress=self.progress)
        self.events.append(event)

    def _keep(self, **values: Any) -> None:
        try:
            self.kept.change(self.job["id"], **values)
        except SQLAlchemyError:  # the job goes on; what it is worth is in its run
            log.exception("job %s could not be kept", self.job["id"])


def now() -> str:
    """ISO 8601 UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
