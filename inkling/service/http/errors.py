"""What goes wrong between HTTP, the store and the settings, as `inkling.errors` does for the input itself."""

from inkling.errors import BadInput, InklingError


class BadSettings(InklingError):
    """The server cannot start with these settings."""

    code = "bad_settings"


class BadJson(BadInput):
    """A body that is not JSON, or more of it than is accepted."""

    code = "bad_json"


class UnsupportedMedia(InklingError):
    """A body of a type that the route does not read."""

    status = 415
    code = "unsupported_media_type"


class LengthRequired(InklingError):
    """A body that does not say how long it is."""

    status = 411
    code = "length_required"


class NotAcceptable(InklingError):
    """None of the types that the client accepts is on offer."""

    status = 406
    code = "not_acceptable"


class UnknownReport(InklingError):
    """No report of that ID is kept."""

    status = 404
    code = "unknown_report"


class NoImages(InklingError):
    """The report is kept, but its images are not."""

    status = 404
    code = "no_images"


class UnknownData(InklingError):
    """No labelled set of that name is here."""

    status = 404
    code = "unknown_data"


class UnknownFeedback(InklingError):
    """No drawing of that ID is kept."""

    status = 404
    code = "unknown_feedback"


class FeedbackFull(InklingError):
    """As many drawings are kept as may be."""

    status = 409
    code = "feedback_full"


class Unauthorized(InklingError):
    """A change of state without the right token."""

    status = 401
    code = "unauthorized"


class Forbidden(InklingError):
    """A change of state that no token makes right."""

    status = 403
    code = "forbidden"


class Busy(InklingError):
    """As many evaluations run as this process takes at once."""

    status = 503
    code = "busy"
