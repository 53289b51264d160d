"""What a client likes to get: numbers or a picture."""

from flask import request

from inkling.service.http.errors import NotAcceptable
from inkling.service.http.json_provider import JSON_MEDIA_TYPE as JSON

PNG = "image/png"


def accepts_png() -> bool:
    """Whether the client wants a picture rather than JSON, which it gets where it likes both. Raises NotAcceptable."""
    if not request.accept_mimetypes:
        return False
    best = request.accept_mimetypes.best_match((JSON, PNG))
    if best is None:
        raise NotAcceptable(f"Expected to accept {JSON} or {PNG}. Received {request.accept_mimetypes}.")
    return best == PNG
