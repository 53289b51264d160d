"""GET / and /static: the page, as it lies in the package `web`."""

from importlib.resources import files
from pathlib import Path, PurePosixPath

from flask import Blueprint, Response, abort, request
from werkzeug.utils import safe_join

blueprint = Blueprint("page", __name__)

WEB = Path(str(files("web")))
DOCS = Path(__file__).parents[1] / "static_docs"

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
"""The files that are given out, and as what: independent of the machine's own table, and no Python among them."""


@blueprint.get("/")
def index() -> Response:
    """The page."""
    return send(WEB, "index.html")


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """The page's modules, styles and icons."""
    return send(WEB, name)


@blueprint.get("/static/docs/<path:name>")
def static_docs(name: str) -> Response:
    """The same for /docs."""
    return send(DOCS, name)


def send(folder: Path, name: str) -> Response:
    """A file of a folder, with its ETag; a browser asks each time whether it still has the right one."""
    media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix)
    path = safe_join(str(folder), name)
    if media_type is None or path is None or not Path(path).is_file():
        abort(404)
    response = Response(Path(path).read_bytes(), mimetype=media_type)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)
