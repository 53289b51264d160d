"""GET /openapi.json and /docs: the API, described for programs and for people."""

from flask import Blueprint, Response, jsonify, render_template

from server.api.openapi import describe
from server.extensions import parts

blueprint = Blueprint("docs", __name__, template_folder="templates")


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The API in OpenAPI 3.1."""
    return jsonify(describe(parts().settings))


@blueprint.get("/docs")
def docs() -> Response:
    """The same, to read."""
    return Response(render_template("docs.html", api=describe(parts().settings)), mimetype="text/html")
