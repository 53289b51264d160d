"""Rejection: an error of ours as one of waitress', which rejects a request before it reaches the app."""

from http import HTTPStatus

from waitress.utilities import Error

from inkling.errors import InklingError


class Rejection(Error):  # type: ignore[misc]  # waitress is untyped
    """error: what the client is told."""

    def __init__(self, error: InklingError):
        super().__init__(str(error))
        self.error = error
        self.code = error.status
        self.reason = HTTPStatus(error.status).phrase
