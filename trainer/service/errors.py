"""What can go wrong in the service, beside what training, the input and HTTP know."""

from inkling.errors import InklingError


class JobNotFound(InklingError):
    """No job of that ID is kept."""

    status = 404
    code = "job_not_found"


class UnknownData(InklingError):
    """No data of that name can be looked at."""

    status = 404
    code = "dataset_not_found"


class LessonNotFound(InklingError):
    """No lesson of that ID is kept."""

    status = 404
    code = "lesson_not_found"


class DrawingNotFound(InklingError):
    """The lesson has no drawing of that ID."""

    status = 404
    code = "drawing_not_found"


class LessonFull(InklingError):
    """As many lessons, or drawings of one, are kept as may be."""

    status = 409
    code = "full"


class Diverged(InklingError):
    """Weights that are no numbers any more: nothing of the step was kept."""

    status = 422
    code = "diverged"


class Conflict(InklingError):
    """What is asked for does not go with the state that the job is in, or with what is being done."""

    status = 409
    code = "conflict"


class RunDeleted(InklingError):
    """A job whose run folder was deleted."""

    status = 410
    code = "gone"


class QueueFull(InklingError):
    """As many jobs wait as may."""

    status = 503
    code = "busy"


class WorkerFailed(InklingError):
    """A process of ours ended before it answered."""

    status = 500
    code = "process_failed"


class WorkerTimeout(InklingError):
    """An answer that did not come in time."""

    status = 503
    code = "too_slow"


class TaskError(InklingError):
    """What a child process told of its own failure, with its status and code."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code = status, code
