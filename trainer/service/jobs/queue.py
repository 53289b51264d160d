"""Jobs: the queue, what runs of it, and what is done to jobs from outside."""

import secrets
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from trainer.service.errors import Conflict, QueueFull, RunDeleted
from trainer.service.jobs.event_logs import EventLogs
from trainer.service.jobs.runner import LEFT, Job, JobRunner, now
from trainer.service.settings import ServiceSettings
from trainer.service.workers.pool import WorkerPool
from trainer.settings import MUTABLE_SETTINGS, UNSUPPORTED_SETTINGS, FitSettings
from trainer.store.jobs import JobStore

ENDED = ("interrupted", "stopped", "failed")
"""States from which a job may go on."""

LOOK_SECONDS = 60.0
"""A look into a run that is over: where no warm process is at hand, TensorFlow is loaded first."""

OVER = (*ENDED, "finished")

WORDS = {"paused": "pause", "running": "go on", "stopped": "be stopped"}


class JobQueue:
    """All jobs of the service. Any thread may call."""

    def __init__(self, settings: ServiceSettings, kept: JobStore, logs: EventLogs, pool: WorkerPool):
        self.settings, self.kept, self.logs, self.pool = settings, kept, logs, pool
        self.lock = threading.RLock()
        self.waiting: deque[str] = deque()
        self.running: dict[str, JobRunner] = {}
        self.closed = False

    def begin(self) -> None:
        """Take up what an earlier service left: what ran is interrupted, what waited waits on."""
        for job in self.kept.of_state("running", "paused"):
            self.kept.change(job["id"], state="interrupted", reason=LEFT)
            self.logs.of(job["id"]).append({"event": "interrupted", "time": time.time(), "message": LEFT})
        with self.lock:
            self.waiting.extend(job["id"] for job in self.kept.of_state("queued"))
            self._next()
            self.pool.fill()

    def submit(self, settings: FitSettings, name: str | None) -> Job:
        """Queue a fit. Raises TooMany."""
        with self.lock:
            self._check_room()
            number = f"{settings.recipe}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
            job = dict.fromkeys(("started", "ended", "reason", "progress", "epoch", "result"))
            job |= {"id": number, "name": name or number, "state": "queued", "created": now(), "published": []}
            job |= {"settings": settings.to_dict(), "run": str(self.settings.runs_folder.absolute() / number)}
            self.kept.add(job)
            self._queue(number)
        return self.get(number)

    def get(self, number: str) -> Job:
        """A job as it stands. Raises UnknownJob."""
        return self._shown(self.kept.get(number))

    def page(self, limit: int, before: str | None) -> tuple[list[Job], str | None]:
        """Jobs, newest first, and the ID to go on with. Raises UnknownJob."""
        jobs, following = self.kept.page(limit, before)
        return [self._shown(job) for job in jobs], following

    def is_over(self, number: str) -> bool:
        """Whether nothing more will come of a job, unless it is made to go on. Raises UnknownJob."""
        return self.kept.get(number)["state"] in OVER and number not in self.running

    def run_of(self, number: str) -> tuple[Job, Path]:
        """A job and its run folder. Raises UnknownJob, Conflict where it has none yet, Gone where it was deleted."""
        job = self.get(number)
        path = Path(job["run"])
        if (path / "settings.json").is_file():
            return job, path
        if job["epoch"] or job["result"]:
            raise RunDeleted(f"Expected the run of {number}. Received a folder without it: it was deleted.")
        raise Conflict(f"Expected a job whose fit has begun. Received one that is {job['state']}.")

    def change(self, number: str, values: dict[str, Any], state: str | None) -> Job:
        """Change settings while a job runs, and its state. Raises UnknownJob, BadInput, Conflict, Gone."""
        job = self.get(number)
        running = self.running.get(number)
        if values:
            if running is None:
                raise Conflict(f"Expected a job that is running. Received one that is {job['state']}.")
            running.change(values)
        if state:
            self._move(job, running, state)
        return self.get(number)

    def look(self, number: str, **wanted: Any) -> bytes:
        """A snapshot of a job's network, while it learns or afterwards. Raises UnknownJob, BadInput, Conflict, Gone."""
        return self._see(number, "look", "snapshot", wanted)

    def predictions(self, number: str, **wanted: Any) -> bytes:
        """What that network answers to images of its validation part. Raises as above."""
        return self._see(number, "predictions", "predictions", wanted)

    def _see(self, number: str, steered: str, task: str, wanted: Job) -> bytes:
        running = self.running.get(number)
        if running:
            return running.look(steered, wanted)
        _, path = self.run_of(number)
        return self.pool.for_tensorflow().ask(task, LOOK_SECONDS, path=str(path), **wanted)[1]

    def published(self, number: str, name: str) -> None:
        """Note under which name a job's model was published."""
        with self.lock:
            names = self.kept.get(number)["published"]
            self.kept.change(number, published=[*(each for each in names if each != name), name])

    def close(self) -> None:
        """End what runs; it can go on another time."""
        with self.lock:
            self.closed = True
            running = list(self.running.values())
        for each in running:
            each.leave()

    def _move(self, job: Job, running: JobRunner | None, state: str) -> None:
        current = job["state"]
        if running:
            {"paused": running.hold, "running": running.go_on, "stopped": running.stop}[state]()
        elif state == "running" and current in ENDED:
            self._resume(job)
        elif state == "stopped" and current in ("queued", "interrupted", "stopped"):
            self._drop(job)
        elif not (state == "running" and current == "queued"):
            raise Conflict(f"Expected a job that can {WORDS[state]}. Received one that is {current}.")

    def _resume(self, job: Job) -> None:
        number, done = job["id"], (job["epoch"] or {}).get("epoch", 0)
        if done >= job["settings"]["epochs"]:
            raise Conflict(f"Expected a job with epochs to go. Received one that has all of its {done}.")
        if done:
            self.run_of(number)
        with self.lock:
            self._check_room()
            if self.kept.get(number)["state"] not in ENDED:
                raise Conflict("Expected a job that has ended. Received one that goes on already.")
            self.kept.change(number, state="queued", ended=None, reason=None, result=None)
            self.logs.of(number).over = False
            self._queue(number)

    def _drop(self, job: Job) -> None:
        """A job that does not run is stopped."""
        number = job["id"]
        with self.lock:
            if number in self.running:
                raise Conflict("Expected a job that waits. Received one that has just begun: ask again.")
            if job["state"] == "stopped":
                return
            if number in self.waiting:
                self.waiting.remove(number)
            why = "Stopped before it began." if job["state"] == "queued" else job["reason"]
            self.kept.change(number, state="stopped", ended=now(), reason=why)
            events = self.logs.of(number)
            if job["state"] == "queued":
                events.append({"event": "failed", "time": time.time(), "message": why})
            events.close()

    def _check_room(self) -> None:
        if len(self.waiting) >= self.settings.max_waiting:
            raise QueueFull(f"Expected at most {self.settings.max_waiting} jobs that wait. Received another one.")

    def _queue(self, number: str) -> None:
        self.waiting.append(number)
        self._next()

    def _next(self) -> None:
        while not self.closed and self.waiting and len(self.running) < self.settings.jobs:
            job = self.kept.get(self.waiting.popleft())
            running = JobRunner(job, self.logs.of(job["id"]), self.pool, self.kept, self._over)
            self.running[job["id"]] = running
            try:
                running.start(resume=(Path(job["run"]) / "settings.json").is_file())
            except OSError as error:  # no room for another process
                del self.running[job["id"]]
                running.give_up(f"Expected to start a process. Received: {error.strerror}.")

    def _over(self, running: JobRunner) -> None:
        with self.lock:
            self.running.pop(running.job["id"], None)
            self._next()

    def _shown(self, job: Job) -> Job:
        """A job with what is known of it at this moment alone."""
        running, number = self.running.get(job["id"]), job["id"]
        can = [name for name in MUTABLE_SETTINGS if name not in UNSUPPORTED_SETTINGS[job["settings"]["optimizer"]]]
        with self.lock:
            place = self.waiting.index(number) + 1 if number in self.waiting else None
        return job | {"progress": running.progress if running else job["progress"], "place": place, "can": can}
