"""Requirements on the headers of every request body."""

from flask import Request

from inkling.service.http.errors import LengthRequired, UnsupportedMediaType


def require_content_length(request: Request) -> None:
    """Refuse chunked and compressed bodies. Raises LengthRequired or UnsupportedMediaType.

    A chunked body could be cut off unnoticed: waitress decodes chunks and sets the length, but other WSGI servers end a
    chunked body silently at the size limit. A compressed body could expand to any size.
    """
    environ = request.environ
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise LengthRequired("The body needs a Content-Length header; chunked bodies are not supported.")
    encoding = environ.get("HTTP_CONTENT_ENCODING", "identity")
    if encoding.lower() not in ("identity", ""):
        raise UnsupportedMediaType(f"Content-Encoding {encoding:.40} is not supported. Send the body uncompressed.")
