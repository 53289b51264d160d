"""GET /openapi.json and /docs: the description of a service, as JSON and as a page by Swagger UI."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app

from inkling.service.http.auth import EXTENSION_KEY as ACCESS_KEY
from inkling.service.http.auth import Access, access
from inkling.service.http.json_provider import JSON_MEDIA_TYPE, dumps
from inkling.service.http.static_files import send_file
from inkling.service.openapi.access import add_access
from inkling.service.openapi.operation import FILE, ok_response, operation, path_parameter
from inkling.service.openapi.schemas import ANY_OBJECT

EXTENSION_KEY = "inkling.openapi"

OWN = Path(__file__).parent / "static"
SWAGGER_UI = Path(str(files("flask_swagger_ui"))) / "dist"
ASSETS = {name: SWAGGER_UI / name for name in ("swagger-ui.css", "swagger-ui-bundle.js")} | {"docs.js": OWN / "docs.js"}
"""The files of /docs. The page of the package itself has inline code, which the Content-Security-Policy forbids."""

Document = dict[str, Any]


def create_blueprint(build: Callable[[], Document]) -> Blueprint:
    """The views. build: returns the document of the current app, without access; called once per app."""
    blueprint = Blueprint("docs", __name__)

    @blueprint.get("/openapi.json")
    @access(Access.PUBLIC)
    def openapi() -> Response:
        """The API in OpenAPI 3.1."""
        extensions = current_app.extensions
        if EXTENSION_KEY not in extensions:
            extensions[EXTENSION_KEY] = dumps(add_access(build(), current_app, extensions[ACCESS_KEY]))
        return Response(extensions[EXTENSION_KEY], content_type=JSON_MEDIA_TYPE)

    @blueprint.get("/docs")
    @access(Access.PUBLIC)
    def docs() -> Response:
        """The API as a web page."""
        return send_file(OWN / "docs.html")

    @blueprint.get("/static/docs/<name>")
    @access(Access.PUBLIC)
    def static_docs(name: str) -> Response:
        """The files of that page."""
        if name not in ASSETS:
            abort(404)
        return send_file(ASSETS[name])

    return blueprint


def paths(tag: str) -> Document:
    """Path -> method -> operation. tag: of the operations."""
    not_modified = {"304": {"description": "Not modified."}}
    page = ok_response("A page.", {"type": "string"}, "text/html") | not_modified
    content = {media_type: {"schema": FILE} for media_type in ("text/css", "text/javascript")}
    file = {"200": {"description": "The file.", "content": content}} | not_modified
    name = path_parameter("name", "The name of a file.") | {"schema": {"type": "string", "enum": list(ASSETS)}}
    return {
        "/openapi.json": {
            "get": operation(tag, "This description", ok_response("OpenAPI 3.1.", ANY_OBJECT), operationId="openapi")
        },
        "/docs": {"get": operation(tag, "This description as a web page", page, operationId="docs")},
        "/static/docs/{name}": {
            "get": operation(tag, "The files of that page", file, (404,), operationId="static_docs", parameters=[name])
        },
    }
