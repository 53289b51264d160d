"""The collection /lessons and each lesson."""

from flask import Blueprint, Response, jsonify, request, url_for

from inkling.service.http.auth import Access, access
from inkling.service.parsing.query import parse_limit, read_query
from inkling.service.store.pagination import DEFAULT_LIMIT, MAX_LIMIT
from trainer.service.api.lesson_form import read_lesson, read_lesson_update, read_name
from trainer.service.extensions import get_state

blueprint = Blueprint("lessons", __name__)


@blueprint.post("/lessons")
@access(Access.WRITE)
def create() -> tuple[Response, int, dict[str, str]]:
    """Create a lesson."""
    read_query(request)
    lesson = get_state().lessons.create(**read_lesson(request))
    return jsonify(lesson), 201, {"Location": url_for("lessons.lesson", lesson_id=lesson["id"])}


@blueprint.get("/lessons")
@access(Access.PERSONAL)
def list_lessons() -> Response:
    """A page of lessons, newest first."""
    query = read_query(request, "limit", "before")
    limit = parse_limit(query, DEFAULT_LIMIT, MAX_LIMIT)
    lessons, next_id = get_state().lessons.list_page(limit, query.get("before"))
    return jsonify({"lessons": lessons, "next": next_id})


@blueprint.get("/lessons/<lesson_id>")
@access(Access.PERSONAL)
def lesson(lesson_id: str) -> Response:
    """A lesson."""
    read_query(request)
    return jsonify(get_state().lessons.describe(get_state().lessons.get(lesson_id)))


@blueprint.patch("/lessons/<lesson_id>")
@access(Access.WRITE)
def update(lesson_id: str) -> Response:
    """Change a lesson's name, or its learning rate from the next step on."""
    read_query(request)
    get_state().lessons.get(lesson_id)
    return jsonify(get_state().lessons.update(lesson_id, **read_lesson_update(request)))


@blueprint.delete("/lessons/<lesson_id>")
@access(Access.WRITE)
def remove(lesson_id: str) -> Response:
    """Delete a lesson and its drawings."""
    read_query(request)
    get_state().lessons.delete(lesson_id)
    return Response(status=204)


@blueprint.post("/lessons/<lesson_id>/save")
@access(Access.WRITE)
def save(lesson_id: str) -> Response:
    """Flush a lesson to disk, optionally under a new name."""
    read_query(request)
    get_state().lessons.get(lesson_id)
    return jsonify(get_state().lessons.save(lesson_id, read_name(request)))
