"""Press: runs, and what lessons have taught, become published models, one at a time."""

import threading
from typing import Any

from trainer.service.errors import Conflict
from trainer.service.jobs.queue import JobQueue
from trainer.service.settings import ServiceSettings
from trainer.service.workers.pool import WorkerPool

SECONDS = 600.0
"""An export takes 10 to 20 on MNIST: it scores the whole test set."""


class Publisher:
    """Exports in a child process and puts the models into the folder that the server serves."""

    def __init__(self, settings: ServiceSettings, jobs: JobQueue, pool: WorkerPool):
        self.settings, self.jobs, self.pool = settings, jobs, pool
        self.at_work = threading.Lock()

    def publish(self, number: str, name: str) -> dict[str, Any]:
        """Publish a finished job's model under a name; what there is to tell of it.

        Raises UnknownJob, Gone, Conflict where the job is not finished or another is being published, and what the export
        and the placing raise.
        """
        job, path = self.jobs.run_of(number)
        if job["state"] not in ("finished", "stopped"):
            raise Conflict(f"Expected a job that is finished. Received one that is {job['state']}.")
        told = self.put("publish", name, path=str(path))
        self.jobs.published(number, name)
        return told

    def put(self, task: str, name: str, **words: Any) -> dict[str, Any]:
        """Have a task export a model and put it into its place. Raises Conflict beside another one, and what it raises."""
        if not self.at_work.acquire(blocking=False):
            raise Conflict("Expected one publish at a time. Received another one while a model is being exported.")
        try:
            models = str(self.settings.models_folder.absolute())
            return self.pool.for_tensorflow().ask(task, SECONDS, models=models, name=name, **words)[0]
        finally:
            self.at_work.release()
