"""What can go wrong in training and exporting, beside what the inner ring knows."""

from inkling.errors import InklingError


class FitFailed(InklingError):
    """The fit cannot go on."""

    status = 500
    code = "fit_failed"


class ExportFailed(InklingError):
    """The converted model is not what was trained; nothing was written."""

    status = 500
    code = "export_failed"


class NotRunning(InklingError):
    """The fit is over, or about to end: it cannot be steered any more."""

    status = 409
    code = "not_running"


class NoAnswer(InklingError):
    """The fit did not answer in time; it may a moment later."""

    status = 503
    code = "no_answer"
