"""Errors of the trainer's database."""

from inkling.errors import InklingError


class JobNotFound(InklingError):
    """There is no job with that ID."""

    status = 404
    code = "job_not_found"


class LessonNotFound(InklingError):
    """There is no lesson with that ID."""

    status = 404
    code = "lesson_not_found"


class DrawingNotFound(InklingError):
    """The lesson has no drawing with that ID."""

    status = 404
    code = "drawing_not_found"


class LimitReached(InklingError):
    """The maximum number of lessons, or of drawings in a lesson, is stored."""

    status = 409
    code = "limit_reached"
