"""Errors of the Open Inference Protocol: {"error": "message"}."""

from flask import request

from inkling.service.http.error_handlers import error_body
from inkling.service.http.json_provider import dumps


def format_error(code: str, message: str) -> bytes:
    """The body of an error: below /v2 that of the protocol, elsewhere ours."""
    if request.path == "/v2" or request.path.startswith("/v2/"):
        return dumps({"error": message})
    return error_body(code, message)
