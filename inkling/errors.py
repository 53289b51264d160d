"""Errors caused by input. Each has the HTTP status and the error code that both services respond with."""


class InklingError(Exception):
    """Base class. The message says what is wrong and how to fix it; `status` and `code` go into the HTTP response."""

    status = 400
    code = "bad_request"


class InvalidInput(InklingError):
    """A value, parameter or field that isn't accepted."""

    code = "invalid_input"


class UnsupportedPicture(InklingError):
    """Not a PNG, JPEG or WebP."""

    status = 415
    code = "unsupported_picture"


class CorruptPicture(InklingError):
    """A supported format, but truncated or damaged."""

    status = 422
    code = "corrupt_picture"


class EmptyPicture(InklingError):
    """A picture without ink."""

    status = 422
    code = "empty_picture"


class TooLarge(InklingError):
    """More pixels, bytes, pictures or points than the limit named in the message."""

    status = 413
    code = "too_large"


class TimeLimitExceeded(InklingError):
    """A request that takes more CPU time than one request is granted."""

    status = 503
    code = "time_limit_exceeded"


class ClientGone(InklingError):
    """The client closed the connection before the response; nobody receives this error."""

    status = 499
    code = "client_gone"


class InvalidDataset(InklingError):
    """A dataset that can't be read, or whose images and labels don't fit together."""

    status = 422
    code = "invalid_dataset"


class InvalidModel(InklingError):
    """A model file that can't be served; the message names the rule it breaks."""

    status = 422
    code = "invalid_model"


class NoLayerOutputs(InklingError):
    """A model whose card doesn't name the graph tensors of its layers, so its activations can't be shown."""

    status = 422
    code = "no_layer_outputs"


class ModelNotFound(InklingError):
    """No model with that name is loaded."""

    status = 404
    code = "model_not_found"


class VersionNotFound(InklingError):
    """The model has no version with that hash."""

    status = 404
    code = "version_not_found"


class NotReady(InklingError):
    """No model is loaded yet."""

    status = 503
    code = "not_ready"


class ModelLocked(InklingError):
    """Another process is changing the same model."""

    status = 409
    code = "model_locked"


class NoPreviousVersion(InklingError):
    """There is no version to roll back to."""

    status = 409
    code = "no_previous_version"


class WriteFailed(InklingError):
    """The disk is full or read-only. Nothing was changed."""

    status = 507
    code = "write_failed"


class RequestFailed(InklingError):
    """A response of `Client` with an error code that has no class of its own; `status` and `code` are those of the response."""

    status = 500
    code = "request_failed"


class ServerUnavailable(InklingError):
    """`Client` can't reach the server, or the server didn't respond in time."""

    status = 503
    code = "server_unavailable"
