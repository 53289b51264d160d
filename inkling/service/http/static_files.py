"""Static files: media types, ETags and conditional requests."""

from pathlib import Path

from flask import Response, abort, request

MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""File types that are served. Independent of the system's MIME table."""


def send_file(path: Path) -> Response:
    """A file with an ETag, or 404 if it does not exist or its type is not served."""
    if path.suffix not in MEDIA_TYPES or not path.is_file():
        abort(404)
    return revalidated(Response(path.read_bytes(), mimetype=MEDIA_TYPES[path.suffix]))


def revalidated(response: Response) -> Response:
    """The response with an ETag that browsers must revalidate; 304 if the request has the same ETag."""
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
