"""Everything that can go wrong with what a user gave, each with the HTTP status and the code it answers with."""


class InklingError(Exception):
    """One clear sentence for whoever sent the input. `status` and `code` are what an HTTP answer carries."""

    status = 400
    code = "bad_request"


class BadInput(InklingError):
    """The request can be read, but is not of a form that is understood."""

    code = "bad_input"


class UnsupportedPicture(InklingError):
    """Not a PNG, JPEG or WebP."""

    status = 415
    code = "unsupported_picture"


class BadPicture(InklingError):
    """The right format, but truncated or broken inside."""

    status = 422
    code = "bad_picture"


class EmptyPicture(InklingError):
    """A picture without ink."""

    status = 422
    code = "empty_picture"


class TooLarge(InklingError):
    """More pixels, bytes, pictures or points than the limit that the message names."""

    status = 413
    code = "too_large"


class BadData(InklingError):
    """A labelled set that cannot be read or that makes no sense."""

    status = 422
    code = "bad_data"


class BadModel(InklingError):
    """A model file that must not be served; the message says which rule it breaks."""

    status = 422
    code = "bad_model"


class UnknownModel(InklingError):
    """No model of that name is loaded."""

    status = 404
    code = "unknown_model"


class NotReady(InklingError):
    """No model has answered yet."""

    status = 503
    code = "not_ready"


class InUse(InklingError):
    """Somebody else changes the same thing at this moment."""

    status = 409
    code = "in_use"


class NoEarlierVersion(InklingError):
    """There is nothing to go back to."""

    status = 409
    code = "no_earlier_version"


class NotWritten(InklingError):
    """No room on the disk, or no leave to write there. What was there still is."""

    status = 507
    code = "not_written"
