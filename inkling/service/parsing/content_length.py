"""What every body must be: of known length, and as it is."""

from flask import Request

from inkling.service.http.errors import LengthRequired, UnsupportedMedia


def require_whole_body(request: Request) -> None:
    """Refuse a body that could be cut off without a sign, or that would unpack to any size.

    waitress unpacks chunked bodies and tells their length. Servers that hand them through end them at the limit, as if
    they were whole.
    """
    environ = request.environ
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise LengthRequired("Expected a body with its Content-Length. Received a chunked one.")
    packed = environ.get("HTTP_CONTENT_ENCODING", "identity")
    if packed.lower() not in ("identity", ""):
        raise UnsupportedMedia(f"Expected a body without Content-Encoding. Received {packed:.40}.")
