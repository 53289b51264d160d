"""/data: what can be trained on."""

from flask import Blueprint, Response, jsonify, request

from server.bodies.query import read_query, whole_number
from trainer.service.parts import parts
from trainer.service.routes.accept import PNG, accepts_png

blueprint = Blueprint("data", __name__)

PAGE, LARGEST_PAGE = 50, 200
MOST_PAGES = 100_000_000


@blueprint.get("/data")
def sets() -> Response:
    """Every labelled set with its count and histogram."""
    read_query(request)
    return jsonify({"data": parts().datasets.described()})


@blueprint.get("/data/<name>/samples")
def samples(name: str) -> Response:
    """A page of labelled images, as pixels or as a PNG, by Accept."""
    query = read_query(request, "page", "limit", "label")
    page = whole_number("page", query["page"], 1, MOST_PAGES) if "page" in query else 1
    limit = whole_number("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    png = accepts_png()
    told, body = parts().datasets.samples(name, page=page, size=limit, label=query.get("label"), png=png)
    response = Response(body, mimetype=PNG) if png else jsonify(told)
    response.vary.add("Accept")
    return response
