"""Operations on a lesson's network: train, predict, undo, reset, fit, publish, and its loss history."""

from flask import Blueprint, Response, jsonify, request, url_for

from inkling.service.http.auth import Access, access
from inkling.service.parsing.json_body import read_json_object
from inkling.service.parsing.query import read_query
from trainer.service.api.job_form import MAX_VALUES, to_integers
from trainer.service.api.jobs import encode
from trainer.service.api.lesson_form import read_body, read_image, read_keep_drawings, read_training_example
from trainer.service.api.publish import read_model_name
from trainer.service.extensions import get_state
from trainer.service.jobs.runner import utc_now

blueprint = Blueprint("lesson_training", __name__, url_prefix="/lessons/<lesson_id>")


@blueprint.post("/train")
@access(Access.WRITE)
def train(lesson_id: str) -> Response:
    """Take steps of gradient descent on one drawing; return the network's new state."""
    _accept_photographs()
    example = read_training_example(request, get_state().lessons.get(lesson_id), utc_now())
    return jsonify(get_state().lessons.train(lesson_id, example.drawing, example.image, example.repeats))


@blueprint.post("/predict")
@access(Access.PERSONAL)
def predict(lesson_id: str) -> Response:
    """The prediction for a drawing, which is not stored."""
    _accept_photographs()
    get_state().lessons.get(lesson_id)
    return jsonify(get_state().lessons.predict(lesson_id, read_image(request)))


@blueprint.get("/history")
@access(Access.PERSONAL)
def history(lesson_id: str) -> Response:
    """The loss before and after each training."""
    read_query(request)
    return jsonify({"history": get_state().lessons.history(lesson_id)})


@blueprint.post("/undo")
@access(Access.WRITE)
def undo(lesson_id: str) -> Response:
    """Undo the last training, fit or reset."""
    read_query(request)
    get_state().lessons.get(lesson_id)
    read_body(request)
    return jsonify(get_state().lessons.undo(lesson_id))


@blueprint.post("/reset")
@access(Access.WRITE)
def reset(lesson_id: str) -> Response:
    """Initialize new weights."""
    read_query(request)
    get_state().lessons.get(lesson_id)
    return jsonify(get_state().lessons.reset(lesson_id, read_keep_drawings(request)))


@blueprint.post("/fit")
@access(Access.WRITE)
def fit(lesson_id: str) -> tuple[Response, int, dict[str, str]]:
    """Queue a fit on all drawings."""
    read_query(request)
    get_state().lessons.get(lesson_id)
    settings = to_integers(read_json_object(request, MAX_VALUES) if request.content_length else {})
    job = get_state().lessons.fit(lesson_id, settings)
    return jsonify(encode(job)), 202, {"Location": url_for("jobs.job", job_id=job["id"])}


@blueprint.post("/publish")
@access(Access.WRITE)
def publish(lesson_id: str) -> tuple[Response, int]:
    """Export the network under a name. A running server loads it without a restart."""
    read_query(request)
    get_state().lessons.get(lesson_id)
    return jsonify(get_state().lessons.publish(lesson_id, read_model_name(request))), 201


def _accept_photographs() -> None:
    """Raise Flask's body limit for this request."""
    request.max_content_length = get_state().settings.max_drawing_bytes
