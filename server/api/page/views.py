"""GET /, its four other views, and /static: the page, as it lies in the package `web`."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, render_template, request
from werkzeug.utils import safe_join

from inkling.service.http.security_headers import content_security_policy
from server.extensions import parts

WEB = Path(str(files("web"))).resolve()

blueprint = Blueprint("page", __name__, template_folder=str(WEB / "templates"))
DOCS = Path(__file__).parents[1] / "docs" / "static"

MEDIA_TYPES = {
    ".css": "text/css",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""The files that are given out, and as what: independent of the machine's own table, no Python and no template among them."""

CARRIED = ("model", "crops", "pen", "ink", "image")
"""What of a view's state the links to the others take along."""

IMPORT = re.compile(r'^(?:import|\}) .*?from "(\.{1,2}/[^"]+)";', re.MULTILINE)
"""An import of a module, by its relative path, in one line or at the end of several."""

VIEWS = {"draw": "Draw", "inside": "Inside", "test": "Test", "train": "Train", "teach": "Teach"}
"""The page's views in the order of its navigation: the name in the address, and that which people read."""


@blueprint.get("/", defaults={"view": "draw"})
@blueprint.get("/inside", defaults={"view": "inside"})
@blueprint.get("/test", defaults={"view": "test"})
@blueprint.get("/train", defaults={"view": "train"})
@blueprint.get("/teach", defaults={"view": "teach"})
def document(view: str) -> Response:
    """A view's document, which may ask this server and the trainer, and nobody else. Its state stands in the query."""
    trainer = parts().settings.trainer.rstrip("/")
    carried = urlencode({name: request.args[name] for name in CARRIED if request.args.get(name)})
    facts = {"views": VIEWS, "modules": modules_of(view), "carried": carried, "names": CARRIED, "trainer": trainer}
    page = render_template(f"pages/{view}.html", view=view, **facts)
    response = make_response(page)
    response.headers["Content-Security-Policy"] = content_security_policy(trainer)
    return validated(response)


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """The page's modules, styles and icons."""
    return send(WEB, name)


@blueprint.get("/static/docs/<path:name>")
def static_docs(name: str) -> Response:
    """The same for /docs."""
    return send(DOCS, name)


@cache
def modules_of(view: str) -> list[str]:
    """The modules that a view imports, and these in turn: named in its document, none is waited for to find the next."""
    entry = WEB / "js" / view / "view.js"
    found, new = {entry}, [entry]
    while new:
        module = new.pop()
        imported = {(module.parent / name).resolve() for name in IMPORT.findall(module.read_text("utf-8"))}
        new += imported - found
        found |= imported
    return sorted(path.relative_to(WEB / "js").as_posix() for path in found)


def send(folder: Path, name: str) -> Response:
    """A file of a folder; a browser asks each time whether it still has the right one."""
    media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix)
    path = safe_join(str(folder), name)
    if media_type is None or path is None or not Path(path).is_file():
        abort(404)
    return validated(Response(Path(path).read_bytes(), mimetype=media_type))


def validated(response: Response) -> Response:
    """The answer with its ETag, or 304 where the browser has it."""
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)
