"""/lessons: networks to be taught drawing by drawing."""

from flask import Blueprint, Response, jsonify, request, url_for

from inkling.service.http.auth import require_write_access
from inkling.service.parsing.query import parse_int, read_query
from trainer.service.api.lesson_form import read_change, read_lesson, read_name
from trainer.service.extensions import get_state

blueprint = Blueprint("lessons", __name__)

PAGE, LARGEST_PAGE = 50, 500


@blueprint.post("/lessons")
def create() -> tuple[Response, int, dict[str, str]]:
    """Begin a lesson."""
    require_write_access()
    read_query(request)
    lesson = get_state().lessons.create(**read_lesson(request))
    return jsonify(lesson), 201, {"Location": url_for("lessons.lesson", number=lesson["id"])}


@blueprint.get("/lessons")
def page() -> Response:
    """Lessons, newest first."""
    query = read_query(request, "limit", "before")
    limit = parse_int("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    lessons, following = get_state().lessons.page(limit, query.get("before"))
    return jsonify({"lessons": lessons, "next": following})


@blueprint.get("/lessons/<number>")
def lesson(number: str) -> Response:
    """A lesson as it stands."""
    read_query(request)
    return jsonify(get_state().lessons.shown(get_state().lessons.get(number)))


@blueprint.patch("/lessons/<number>")
def change(number: str) -> Response:
    """Give a lesson another name, or another learning rate from the next step on."""
    require_write_access()
    read_query(request)
    get_state().lessons.get(number)
    return jsonify(get_state().lessons.change(number, **read_change(request)))


@blueprint.delete("/lessons/<number>")
def remove(number: str) -> Response:
    """Keep a lesson no longer, nor its drawings."""
    require_write_access()
    read_query(request)
    get_state().lessons.delete(number)
    return Response(status=204)


@blueprint.post("/lessons/<number>/save")
def save(number: str) -> Response:
    """Have a lesson on the disk, under a new name where one is given."""
    require_write_access()
    read_query(request)
    get_state().lessons.get(number)
    return jsonify(get_state().lessons.save(number, read_name(request)))
