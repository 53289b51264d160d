"""Error responses of OpenAPI documents."""

from collections.abc import Collection, Mapping
from types import ModuleType
from typing import Any

from inkling.errors import InklingError
from inkling.service.openapi.schemas import ref

ERRORS = {
    400: ("BadRequest", "Invalid parameters or body."),
    401: ("Unauthorized", "The token is missing or wrong. Some settings require it for all operations."),
    403: ("Forbidden", "The request comes from another site, or the service has no token."),
    404: ("NotFound", "The named resource does not exist."),
    406: ("NotAcceptable", "No available format matches the Accept header."),
    409: ("Conflict", "The state does not allow it, something is locked, or a limit is reached."),
    410: ("Gone", "The files of the resource were deleted."),
    411: ("LengthRequired", "The body has no Content-Length."),
    413: ("TooLarge", "More bytes, pixels, pictures or points than the limit in the message."),
    415: ("UnsupportedMediaType", "The type of the body or of a picture is not supported."),
    422: ("Unprocessable", "The picture, dataset or model is empty, damaged or inconsistent."),
    429: ("TooManyRequests", "Too many requests are in progress. Retry after the seconds in Retry-After."),
    500: ("InternalError", "An error of the service. The log has the details."),
    503: ("Unavailable", "Something that the request needs is missing or busy, or a limit on work or time is reached."),
    507: ("WriteFailed", "The disk is full or read-only. Nothing was changed."),
}
"""Status -> name and description of the response."""

HTTP_CODES = {404: "not_found", 413: "too_large", 415: "unsupported_media_type", 500: "internal_error"}
"""Codes of errors that werkzeug raises."""

NOT_SENT = {"bad_request", "client_gone", "invalid_settings", "request_failed", "server_unavailable"}
"""Codes of the base class, of clients that are gone, of command lines and of `inkling.Client`."""

RESPONSES = "#/components/responses/"


def error_codes(
    *modules: ModuleType, besides: Collection[str] = (), more: Collection[tuple[int, str]] = ()
) -> dict[int, list[str]]:
    """Status -> codes of the error classes in these modules. besides: codes that are not sent. more: those without a class."""
    codes = {*HTTP_CODES.items(), *more}
    for module in modules:
        classes = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, InklingError)]
        codes |= {(each.status, each.code) for each in classes if each.code not in {*NOT_SENT, *besides}}
    return {status: sorted(code for other, code in codes if other == status) for status in sorted({each[0] for each in codes})}


def error_responses(codes: Mapping[int, list[str]], schema: str = "Error", prefix: str = "") -> dict[str, Any]:
    """All named error responses. codes: by status. schema: the name of the schema of their body. prefix: of their names."""
    content = {"application/json": {"schema": ref(schema)}}
    named = {status: f" Codes: {', '.join(f'`{code}`' for code in found)}." for status, found in codes.items()}
    return {
        f"{prefix}{name}": {"description": f"{text}{named.get(status, '')}", "content": content}
        for status, (name, text) in ERRORS.items()
    }
