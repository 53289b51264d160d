"""/lessons/ID/drawings: what a lesson was taught with."""

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.imaging.normalization import IMAGE_SIDE
from inkling.service.http.auth import require_write_access
from inkling.service.parsing.query import parse_int, read_query
from trainer.service.extensions import get_state

blueprint = Blueprint("drawings", __name__, url_prefix="/lessons/<number>/drawings")

PAGE, LARGEST_PAGE = 50, 200


@blueprint.get("")
def page(number: str) -> Response:
    """Drawings with their labels and images, newest first."""
    query = read_query(request, "limit", "before")
    limit = parse_int("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    lessons = get_state().lessons
    lessons.get(number)
    drawings, following = lessons.drawings.page(number, limit, query.get("before"))
    counted = sum(lessons.drawings.counts(number).values())
    shown = [each | {"image": np.frombuffer(each["image"], np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)} for each in drawings]
    return jsonify({"n": counted, "drawings": shown, "next": following})


@blueprint.delete("/<drawing>")
def remove(number: str, drawing: str) -> Response:
    """Keep a drawing no longer."""
    require_write_access()
    read_query(request)
    get_state().lessons.remove_drawing(number, drawing)
    return Response(status=204)
