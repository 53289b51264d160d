"""Publishing of models: export in a worker process, one at a time."""

import threading
from typing import Any

from trainer.service.errors import Conflict
from trainer.service.jobs.queue import JobQueue
from trainer.service.settings import ServiceSettings
from trainer.service.workers.pool import WorkerPool

EXPORT_TIMEOUT = 600.0
"""Seconds. An export of a model for MNIST takes 10 to 20, since it evaluates the whole test set."""


class Publisher:
    """Exports models in a worker process and publishes them to the folder that the server serves."""

    def __init__(self, settings: ServiceSettings, jobs: JobQueue, pool: WorkerPool):
        self.settings, self.jobs, self.pool = settings, jobs, pool
        self.lock = threading.Lock()

    def publish_job(self, job_id: str, name: str, canary: float | None = None) -> dict[str, Any]:
        """Publish the model of a finished job under a name; return its properties.

        canary: keep the current version, and send this share of the server's requests to the new one.
        Raises JobNotFound, RunDeleted, Conflict if the job has not finished or another export is in progress, and what export
        and publication raise.
        """
        job, path = self.jobs.get_run(job_id)
        if job["state"] not in ("finished", "stopped"):
            raise Conflict(f"Cannot publish a job in state '{job['state']}'; it must be finished or stopped.")
        model = self.publish("publish", name, path=str(path), canary=canary)
        self.jobs.record_publication(job_id, name)
        return model

    def publish(self, task: str, name: str, **arguments: Any) -> dict[str, Any]:
        """Run an export task. Raises Conflict during another export, and what the task raises."""
        if not self.lock.acquire(blocking=False):
            raise Conflict("Another model is being exported. Retry when it is done.")
        try:
            models = str(self.settings.models_folder.absolute())
            return self.pool.tensorflow_worker().request(task, EXPORT_TIMEOUT, models=models, name=name, **arguments)[0]
        finally:
            self.lock.release()
