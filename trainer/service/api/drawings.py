"""/lessons/ID/drawings: what a lesson was taught with."""

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.imaging.normalization import IMAGE_SIDE
from inkling.service.http.security_headers import require_right_to_change
from inkling.service.parsing.query import read_query, whole_number
from trainer.service.extensions import parts

blueprint = Blueprint("drawings", __name__, url_prefix="/lessons/<number>/drawings")

PAGE, LARGEST_PAGE = 50, 200


@blueprint.get("")
def page(number: str) -> Response:
    """Drawings with their labels and images, newest first."""
    query = read_query(request, "limit", "before")
    limit = whole_number("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    lessons = parts().lessons
    lessons.get(number)
    drawings, following = lessons.drawings.page(number, limit, query.get("before"))
    counted = sum(lessons.drawings.counts(number).values())
    shown = [each | {"image": np.frombuffer(each["image"], np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)} for each in drawings]
    return jsonify({"n": counted, "drawings": shown, "next": following})


@blueprint.delete("/<drawing>")
def remove(number: str, drawing: str) -> Response:
    """Keep a drawing no longer."""
    require_right_to_change()
    read_query(request)
    parts().lessons.remove_drawing(number, drawing)
    return Response(status=204)
