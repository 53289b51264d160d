"""Errors of training and export, in addition to `inkling.errors`."""

from inkling.errors import InklingError


class FitFailed(InklingError):
    """The fit can't continue."""

    status = 500
    code = "fit_failed"


class ExportFailed(InklingError):
    """The exported model differs from the trained network; nothing was written."""

    status = 500
    code = "export_failed"


class FitNotRunning(InklingError):
    """The fit has ended or is stopping, so it can't be controlled."""

    status = 409
    code = "fit_not_running"


class FitNotResponding(InklingError):
    """The fit didn't respond in time; a retry may succeed."""

    status = 503
    code = "fit_not_responding"
