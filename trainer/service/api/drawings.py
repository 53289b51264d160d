"""/lessons/ID/drawings: the drawings of a lesson."""

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.imaging.normalization import IMAGE_SIDE
from inkling.service.http.auth import Access, access
from inkling.service.parsing.query import parse_limit, read_query
from trainer.service.extensions import get_state

blueprint = Blueprint("drawings", __name__, url_prefix="/lessons/<lesson_id>/drawings")

DEFAULT_LIMIT, MAX_LIMIT = 50, 200


@blueprint.get("")
@access(Access.PERSONAL)
def list_drawings(lesson_id: str) -> Response:
    """A page of drawings with their labels and images, newest first."""
    query = read_query(request, "limit", "before")
    limit = parse_limit(query, DEFAULT_LIMIT, MAX_LIMIT)
    lessons = get_state().lessons
    lessons.get(lesson_id)
    drawings, next_id = lessons.drawings.list_page(lesson_id, limit, query.get("before"))
    total = sum(lessons.drawings.count_by_label(lesson_id).values())
    rows = [each | {"image": np.frombuffer(each["image"], np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)} for each in drawings]
    return jsonify({"n": total, "drawings": rows, "next": next_id})


@blueprint.delete("/<drawing_id>")
@access(Access.WRITE)
def remove(lesson_id: str, drawing_id: str) -> Response:
    """Delete a drawing."""
    read_query(request)
    get_state().lessons.remove_drawing(lesson_id, drawing_id)
    return Response(status=204)
