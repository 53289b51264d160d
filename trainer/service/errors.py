"""Errors of the trainer service, besides those of training, parsing and HTTP."""

from inkling.errors import InklingError


class Diverged(InklingError):
    """A training step made weights infinite or NaN; the step was discarded."""

    status = 422
    code = "diverged"


class Conflict(InklingError):
    """The request does not fit the state of the job or lesson, or another operation is in progress."""

    status = 409
    code = "conflict"


class RunDeleted(InklingError):
    """The run folder of the job was deleted."""

    status = 410
    code = "run_deleted"


class QueueFull(InklingError):
    """The maximum number of jobs is queued."""

    status = 503
    code = "queue_full"


class WorkerFailed(InklingError):
    """A worker process ended before it answered."""

    status = 500
    code = "worker_failed"


class WorkerTimeout(InklingError):
    """A worker process did not answer in time."""

    status = 503
    code = "worker_timeout"


class TaskError(InklingError):
    """A task failed in a worker process, with its status and code."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code = status, code
