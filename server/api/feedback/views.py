"""/feedback: pictures with their correct labels, stored for the next fit."""

from typing import Any

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.imaging.normalization import IMAGE_SIDE
from inkling.imaging.picture import PenStrokes, to_gray_levels
from inkling.service.http.auth import Access, access
from inkling.service.parsing.query import parse_limit, read_query
from inkling.service.store.pagination import DEFAULT_LIMIT, MAX_LIMIT
from server.api.parsing.feedback import read_feedback
from server.extensions import get_state
from server.services.feedback import create_drawing

blueprint = Blueprint("feedback", __name__)


@blueprint.post("/feedback")
@access(Access.WRITE)
def add() -> Response:
    """Store a picture with its correct label: 201, or 200 if it is stored already and its label is updated."""
    state = get_state()
    sent = read_feedback(request, state.settings)
    levels = to_gray_levels(sent.picture, state.settings)
    strokes = sent.picture.json if isinstance(sent.picture, PenStrokes) else None
    drawing = create_drawing(levels, strokes, sent.label, sent.prediction, state.models)
    is_new = state.feedback.add(drawing)
    response = jsonify(encode(state.feedback.get(drawing.id)))
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/feedback/{drawing.id}"
    return response


@blueprint.get("/feedback")
@access(Access.PERSONAL)
def list_feedback() -> Response:
    """Summaries, newest first."""
    query = read_query(request, "limit", "before")
    limit = parse_limit(query, DEFAULT_LIMIT, MAX_LIMIT)
    store = get_state().feedback
    drawings, following = store.list_page(limit, query.get("before"))
    return jsonify({"n": store.count(), "feedback": drawings, "next": following})


@blueprint.get("/feedback/<id>")
@access(Access.PERSONAL)
def get_drawing(id: str) -> Response:
    """A drawing with its image and its strokes."""
    read_query(request)
    return jsonify(encode(get_state().feedback.get(id)))


@blueprint.get("/feedback/<id>/picture")
@access(Access.PERSONAL)
def get_picture(id: str) -> Response:
    """A drawing as a PNG."""
    read_query(request)
    return Response(get_state().feedback.get_picture(id), mimetype="image/png")


@blueprint.delete("/feedback")
@access(Access.WRITE)
def delete_all() -> Response:
    """Delete all drawings."""
    read_query(request)
    return jsonify({"deleted": get_state().feedback.delete_all()})


@blueprint.delete("/feedback/<id>")
@access(Access.WRITE)
def delete(id: str) -> Response:
    """Delete a drawing."""
    read_query(request)
    get_state().feedback.delete(id)
    return Response(status=204)


def encode(drawing: dict[str, Any]) -> dict[str, Any]:
    """The JSON of a drawing."""
    return drawing | {"image": np.frombuffer(drawing["image"], np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)}
