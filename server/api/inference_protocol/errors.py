"""Errors of the Open Inference Protocol: {"error": "message"}."""

from inkling.service.http.error_handlers import error_body
from inkling.service.http.json_provider import dumps


def format_error(path: str, code: str, message: str) -> bytes:
    """The body of an error: below /v2 that of the protocol, elsewhere ours."""
    if path == "/v2" or path.startswith("/v2/"):
        return dumps({"error": message})
    return error_body(code, message)
