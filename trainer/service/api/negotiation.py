"""Content negotiation: JSON or PNG."""

from flask import request

from inkling.service.http.errors import NotAcceptable
from inkling.service.http.json_provider import JSON_MEDIA_TYPE

PNG_MEDIA_TYPE = "image/png"


def accepts_png() -> bool:
    """Whether the client prefers PNG to JSON, the default. Raises NotAcceptable if it accepts neither."""
    if not request.accept_mimetypes:
        return False
    best = request.accept_mimetypes.best_match((JSON_MEDIA_TYPE, PNG_MEDIA_TYPE))
    if best is None:
        raise NotAcceptable(f"This resource is available as {JSON_MEDIA_TYPE} and {PNG_MEDIA_TYPE} only.")
    return best == PNG_MEDIA_TYPE
