"""What can go wrong in training and exporting, beside what the inner ring knows."""

from server.inference.errors import InklingError


class FitFailed(InklingError):
    """The fit cannot go on."""

    status = 500
    code = "fit_failed"


class ExportFailed(InklingError):
    """The converted model is not what was trained; nothing was written."""

    status = 500
    code = "export_failed"
