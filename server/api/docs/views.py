"""GET /openapi.json and /docs: the description of the API."""

from flask import Blueprint, Response, jsonify, render_template

from inkling.service.http.auth import Access, access
from server.api.openapi.document import build_document
from server.extensions import get_state

blueprint = Blueprint("docs", __name__, template_folder="templates")


@blueprint.get("/openapi.json")
@access(Access.PUBLIC)
def openapi() -> Response:
    """The API in OpenAPI 3.1."""
    return jsonify(build_document(get_state().settings))


@blueprint.get("/docs")
@access(Access.PUBLIC)
def docs() -> Response:
    """The API as a web page."""
    return Response(render_template("docs.html", api=build_document(get_state().settings)), mimetype="text/html")
