"""What is done to the network of a lesson: train, predict, undo, reset, fit, publish; and what came of it."""

from flask import Blueprint, Response, jsonify, request, url_for

from inkling.service.http.auth import require_write_access
from inkling.service.parsing.json_body import read_json_object
from inkling.service.parsing.query import read_query
from trainer.service.api.lesson_form import FEW_VALUES, read_body, read_image, read_reset, read_teaching
from trainer.service.api.publish_form import read_publish
from trainer.service.extensions import get_state
from trainer.service.jobs.runner import now

blueprint = Blueprint("teaching", __name__, url_prefix="/lessons/<number>")


@blueprint.post("/train")
def train(number: str) -> Response:
    """Some steps of gradient descent on one drawing, and what they made of the network."""
    require_write_access()
    _allow_photographs()
    teaching = read_teaching(request, get_state().lessons.get(number), now())
    return jsonify(get_state().lessons.train(number, teaching.drawing, teaching.image, teaching.repeats))


@blueprint.post("/predict")
def predict(number: str) -> Response:
    """What the network makes of a drawing, which is not kept."""
    _allow_photographs()
    get_state().lessons.get(number)
    return jsonify(get_state().lessons.predict(number, read_image(request)))


@blueprint.get("/history")
def history(number: str) -> Response:
    """What each training did to the loss on its drawing."""
    read_query(request)
    return jsonify({"history": get_state().lessons.history(number)})


@blueprint.post("/undo")
def undo(number: str) -> Response:
    """Undo the last act."""
    require_write_access()
    read_query(request)
    get_state().lessons.get(number)
    read_body(request)
    return jsonify(get_state().lessons.undo(number))


@blueprint.post("/reset")
def reset(number: str) -> Response:
    """Forget all that was learnt."""
    require_write_access()
    read_query(request)
    get_state().lessons.get(number)
    return jsonify(get_state().lessons.reset(number, read_reset(request)))


@blueprint.post("/fit")
def fit(number: str) -> tuple[Response, int, dict[str, str]]:
    """Queue a fit on all drawings so far."""
    require_write_access()
    read_query(request)
    get_state().lessons.get(number)
    job = get_state().lessons.fit(number, read_json_object(request, FEW_VALUES) if request.content_length else {})
    return jsonify(job), 202, {"Location": url_for("jobs.job", number=job["id"])}


@blueprint.post("/publish")
def publish(number: str) -> tuple[Response, int]:
    """Export under a name, through every gate; the server takes the file up by itself."""
    require_write_access()
    read_query(request)
    get_state().lessons.get(number)
    return jsonify(get_state().lessons.publish(number, read_publish(request))), 201


def _allow_photographs() -> None:
    """Flask's bound on a body, raised to that of the door."""
    request.max_content_length = get_state().settings.max_drawing_bytes
