"""Every failure, of any kind, as one body: {"error": {"code", "message"}}."""

import logging
import secrets
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError

from inkling.errors import InklingError
from inkling.service.http.json_provider import MEDIA_TYPE, dumps

log = logging.getLogger(__name__)

EXTRA_HEADERS = {401: {"WWW-Authenticate": 'Bearer realm="inkling"'}, 503: {"Retry-After": "2"}}

SENTENCES = {
    404: "Expected a path that /docs lists. Received {path}.",
    405: "Expected another method for {path}. Received {method}.",
    413: "Expected a smaller body. Received more bytes, fields or files than this path accepts.",
}
"""Instead of werkzeug's own description, which speaks to whoever types addresses by hand."""


def error_body(code: str, message: str) -> bytes:
    """The one body."""
    return dumps({"error": {"code": code, "message": message}})


def register(app: Flask) -> None:
    """Answer every exception with the one body."""
    app.register_error_handler(InklingError, on_inkling_error)
    app.register_error_handler(HTTPException, on_http_exception)
    app.register_error_handler(Exception, on_unexpected)


def on_inkling_error(error: InklingError) -> Response:
    """What the request got wrong, or what the server cannot do now."""
    return answer(error.status, error.code, str(error))


def on_http_exception(error: HTTPException) -> Response:
    """What Flask and werkzeug refuse by themselves: no such path, another method, a broken form."""
    if isinstance(error, InternalServerError):
        return on_unexpected(error.original_exception or error)
    status = error.code or 500
    if status < 400:  # a redirect, which is no failure
        return error.get_response()
    sentence = SENTENCES.get(status, error.description or HTTPStatus(status).description)
    message = sentence.format(path=request.path[:200], method=request.method[:20]) if status in SENTENCES else sentence
    response = answer(status, code_of(status), message)
    if status == 405 and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def on_unexpected(error: BaseException) -> Response:
    """A fault of ours."""
    return answer(500, *what_failed(error))


def what_failed(error: BaseException) -> tuple[str, str]:
    """A failure's code and message. A fault of ours is logged in full, and nothing told but where to find it in the log."""
    if isinstance(error, InklingError):
        return error.code, str(error)
    number = secrets.token_hex(4)
    log.error("failure %s at %s %r", number, request.method, request.path, exc_info=error)
    return "internal_error", f"Something went wrong in the server. It is logged as {number}."


def answer(status: int, code: str, message: str) -> Response:
    """A failure as a response."""
    return Response(error_body(code, message), status, EXTRA_HEADERS.get(status), mimetype=MEDIA_TYPE)


def code_of(status: int) -> str:
    """The code of a plain HTTP status: 404 -> not_found."""
    return "too_large" if status == 413 else HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")
