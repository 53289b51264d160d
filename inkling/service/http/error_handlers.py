"""Every error as a JSON body {"error": {"code", "message"}}."""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed
from werkzeug.wrappers import Response as BaseResponse

from inkling.errors import InklingError
from inkling.service.http.exhaustion import exhaustion_error
from inkling.service.http.json_provider import JSON_MEDIA_TYPE, dumps
from inkling.service.observability.request_record import current_record

log = logging.getLogger(__name__)

EXTRA_HEADERS = {401: {"WWW-Authenticate": 'Bearer realm="inkling"'}, 429: {"Retry-After": "1"}, 503: {"Retry-After": "2"}}

MESSAGES = {
    404: "There is no endpoint {path}. See /docs.",
    405: "{path} does not allow the method {method}.",
    413: "The body has more bytes, fields or files than this endpoint accepts.",
}
"""Replace werkzeug's descriptions, which address people who type URLs."""


def error_body(code: str, message: str) -> bytes:
    """The JSON body of an error."""
    return dumps({"error": {"code": code, "message": message}})


ErrorFormat = Callable[[str, str, str], bytes]
"""Path of the request, code and message of an error -> the body."""

FORMAT_KEY = "inkling.error_format"


def register(app: Flask, format_error: ErrorFormat | None = None) -> None:
    """Respond to every exception with a JSON body. format_error: replaces `error_body`, by path."""
    app.extensions[FORMAT_KEY] = format_error or (lambda _, code, message: error_body(code, message))
    app.register_error_handler(InklingError, handle_inkling_error)
    app.register_error_handler(HTTPException, handle_http_exception)
    app.register_error_handler(Exception, handle_unexpected_error)


def handle_inkling_error(error: InklingError) -> Response:
    """Errors that our code raises on purpose."""
    return error_response(error.status, error.code, str(error))


def handle_http_exception(error: HTTPException) -> BaseResponse:
    """Errors raised by Flask and werkzeug: unknown path, wrong method, malformed form."""
    if isinstance(error, InternalServerError):
        return handle_unexpected_error(error.original_exception or error)
    status = error.code or 500
    if status < 400:  # a redirect
        return error.get_response()
    template = MESSAGES.get(status)
    if template is not None:
        message = template.format(path=request.path[:200], method=request.method[:20])
    else:
        message = error.description or HTTPStatus(status).description
    response = error_response(status, http_error_code(status), message)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def handle_unexpected_error(error: BaseException) -> Response:
    """A bug or a failure of the environment."""
    exhaustion = exhaustion_error(error)
    if exhaustion:
        log.warning("%s at %r: %s", type(error).__name__, request.path[:200], error)
        return handle_inkling_error(exhaustion)
    return error_response(500, *describe_error(error))


def describe_error(error: BaseException) -> tuple[str, str]:
    """An error's code and message. Unexpected errors are logged with traceback; the message only refers to the log entry."""
    if isinstance(error, InklingError):
        return error.code, str(error)
    number = secrets.token_hex(4)
    log.error("failure %s at %s %r", number, request.method, request.path, exc_info=error)
    return "internal_error", f"Internal error, logged as {number}."


def error_response(status: int, code: str, message: str) -> Response:
    """An error as a response."""
    current_record().code = code
    body = current_app.extensions[FORMAT_KEY](request.path, code, message)
    return Response(body, status, EXTRA_HEADERS.get(status), mimetype=JSON_MEDIA_TYPE)


def http_error_code(status: int) -> str:
    """The error code of a plain HTTP status: 404 -> not_found."""
    return "too_large" if status == 413 else HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")
