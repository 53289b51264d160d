"""Errors of HTTP, the store and the settings. `inkling.errors` has those of the input itself."""

from inkling.errors import InklingError, InvalidInput


class InvalidSettings(InklingError):
    """The service cannot start with these settings."""

    code = "invalid_settings"


class InvalidJson(InvalidInput):
    """The body is not valid JSON."""

    code = "invalid_json"


class UnsupportedMediaType(InklingError):
    """The endpoint does not accept a body of this media type."""

    status = 415
    code = "unsupported_media_type"


class LengthRequired(InklingError):
    """The body has no Content-Length."""

    status = 411
    code = "length_required"


class NotAcceptable(InklingError):
    """No response format matches the Accept header."""

    status = 406
    code = "not_acceptable"


class StoreUnavailable(InklingError):
    """The database is locked, unreachable or gone. What needs no database still works."""

    status = 503
    code = "store_unavailable"


class StoreFull(InklingError):
    """The disk of the database is full. Nothing was changed."""

    status = 507
    code = "store_full"


class ReportNotFound(InklingError):
    """No stored report has this ID."""

    status = 404
    code = "report_not_found"


class ImagesNotStored(InklingError):
    """The report exists, but its images are not stored."""

    status = 404
    code = "images_not_stored"


class DatasetNotFound(InklingError):
    """No available dataset has this name."""

    status = 404
    code = "dataset_not_found"


class FeedbackNotFound(InklingError):
    """No stored drawing has this ID."""

    status = 404
    code = "feedback_not_found"


class FeedbackFull(InklingError):
    """The store holds the maximum number of drawings."""

    status = 409
    code = "feedback_full"


class Unauthorized(InklingError):
    """The token is missing or wrong."""

    status = 401
    code = "unauthorized"


class Forbidden(InklingError):
    """State may not be changed from there, or not without a configured token."""

    status = 403
    code = "forbidden"


class TooManyRequests(InklingError):
    """The maximum number of requests is in progress or waiting."""

    status = 429
    code = "too_many_requests"


class Busy(InklingError):
    """A limit on concurrent work is reached: evaluations, event streams, or bytes of request bodies."""

    status = 503
    code = "busy"
