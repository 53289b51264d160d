"""The OpenAPI specification of /lessons and of what is done with a lesson's network."""

from typing import Any

from inkling.service.openapi.links import link, links
from inkling.service.openapi.operation import (
    JSON,
    location_header,
    ok_response,
    operation,
    page_parameters,
    path_parameter,
    picture_contents,
    query_parameter,
)
from inkling.service.openapi.schemas import object_schema, ref
from trainer.service.api.drawings import DEFAULT_LIMIT, MAX_LIMIT
from trainer.service.api.openapi.jobs import JOB_LINKS, json_body
from trainer.service.api.openapi.lesson_schemas import REPEATS, TEXT

TAG = "Lessons"
LESSON_ID = path_parameter("lesson_id", "The ID of a lesson.")
DRAWING_ID = path_parameter("drawing_id", "The ID of a drawing.")
CHANGES = ("train_lesson", "predict_lesson", "undo_lesson", "reset_lesson", "fit_lesson", "save_lesson", "publish_lesson")
LESSON_OPERATIONS = ("get_lesson", "update_lesson", "list_drawings", "get_loss_history", *CHANGES, "delete_lesson")


def lesson_links(lesson: str) -> dict[str, Any]:
    """What can be done with a lesson that an operation returns. lesson: where it is in the response's body."""
    parameters = {"lesson_id": f"{lesson}/id"}
    train = link("train_lesson", **parameters, label=f"{lesson}/labels/0")
    return links(LESSON_OPERATIONS, **parameters) | {"train_lesson": train}


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    return _collection() | _lesson() | _network()


def _collection() -> dict[str, Any]:
    created = {
        "description": "The lesson.",
        "headers": location_header("lesson"),
        "content": {JSON: {"schema": ref("Lesson")}},
        "links": lesson_links("$response.body#"),
    }
    create = operation(
        TAG,
        "Create a lesson",
        {"201": created},
        (400, 409, 413, 422, 503, 507),
        "A small network that is trained drawing by drawing.",
        operationId="create_lesson",
        requestBody=json_body("LessonRequest"),
    )
    listing = operation(
        TAG,
        "List lessons, newest first",
        ok_response("A page of lessons, without weights.", ref("Lessons"), links=lesson_links("$response.body#/lessons/0")),
        (400, 404, 503),
        operationId="list_lessons",
        parameters=page_parameters("lesson"),
    )
    return {"/lessons": {"post": create, "get": listing}}


def _lesson() -> dict[str, Any]:
    one = ok_response("The lesson.", ref("Lesson"))
    get = _operation("Get a lesson", "get_lesson", one, (400, 404, 503, 507))
    update = _operation(
        "Change a lesson's name or learning rate",
        "update_lesson",
        one,
        (400, 404, 413, 503, 507),
        requestBody=json_body("LessonUpdate"),
    )
    deleted = {"204": {"description": "The lesson and its drawings are deleted."}}
    delete = _operation("Delete a lesson", "delete_lesson", deleted, (400, 404, 409, 503, 507))
    save = _operation(
        "Flush a lesson to disk, optionally under a new name",
        "save_lesson",
        one,
        (400, 404, 413, 503, 507),
        requestBody=json_body("LessonName", required=False),
    )
    listed = link("delete_drawing", lesson_id="$request.path.lesson_id", drawing_id="$response.body#/drawings/0/id")
    drawings = _operation(
        "List drawings, newest first",
        "list_drawings",
        ok_response("A page of drawings.", ref("LessonDrawingPage"), links={"delete_drawing": listed}),
        (400, 404, 503, 507),
        more=page_parameters("drawing", default=DEFAULT_LIMIT, maximum=MAX_LIMIT),
    )
    removed = {"204": {"description": "The drawing is deleted."}}
    remove = _operation("Delete a drawing", "delete_drawing", removed, (400, 404, 409, 503, 507), more=[DRAWING_ID])
    return {
        "/lessons/{lesson_id}": {"get": get, "patch": update, "delete": delete},
        "/lessons/{lesson_id}/save": {"post": save},
        "/lessons/{lesson_id}/drawings": {"get": drawings},
        "/lessons/{lesson_id}/drawings/{drawing_id}": {"delete": remove},
    }


def _network() -> dict[str, Any]:
    pictures = (400, 404, 409, 411, 413, 415, 422, 503, 507)
    delete_drawing = link("delete_drawing", lesson_id="$request.path.lesson_id", drawing_id="$response.body#/drawing")
    trained = ok_response("The network's new state.", ref("LessonTraining"), links={"delete_drawing": delete_drawing})
    fields = {"label": TEXT | {"description": "The correct label."}, "repeats": REPEATS}
    train = _operation(
        "Train on one drawing",
        "train_lesson",
        trained,
        pictures,
        "Takes `repeats` steps of gradient descent on one drawing, and stores the drawing. label and repeats may be in the "
        "query, in a form's text fields or in the JSON, each once; label is required.",
        more=[query_parameter(name, schema, schema["description"]) for name, schema in fields.items()],
        requestBody={"required": True, "content": picture_contents("LessonTrainRequest", fields)},
    )
    predict = _operation(
        "Predict one drawing",
        "predict_lesson",
        ok_response("The prediction. The drawing is not stored.", ref("LessonPrediction")),
        pictures,
        requestBody={"required": True, "content": picture_contents("LessonPredictRequest", {})},
    )
    undo = _operation(
        "Undo the last training, fit or reset",
        "undo_lesson",
        ok_response("The lesson, and what was undone.", ref("UndoneLesson")),
        (400, 404, 409, 413, 503, 507),
        requestBody={"required": False, "content": {JSON: {"schema": object_schema({})}}},
    )
    reset = _operation(
        "Initialize new weights",
        "reset_lesson",
        ok_response("The lesson.", ref("Lesson")),
        (400, 404, 409, 413, 503, 507),
        requestBody=json_body("LessonReset", required=False),
    )
    history = _operation(
        "Get the loss history",
        "get_loss_history",
        ok_response("The loss before and after each training since the last reset.", ref("LessonHistory")),
        (400, 404, 503, 507),
    )
    queued = {
        "description": "The job is queued; the lesson adopts its weights at the end.",
        "headers": location_header("job"),
        "content": {JSON: {"schema": ref("Job")}},
        "links": JOB_LINKS,
    }
    fit = _operation(
        "Queue a fit on all drawings",
        "fit_lesson",
        {"202": queued},
        (400, 404, 409, 413, 422, 503, 507),
        requestBody=json_body("LessonFitRequest", required=False),
    )
    published = {"description": "The published model.", "content": {JSON: {"schema": ref("PublishedModel")}}}
    publish = _operation(
        "Publish the network under a name",
        "publish_lesson",
        {"201": published},
        (400, 404, 409, 413, 422, 503, 507),
        requestBody=json_body("PublishRequest"),
    )
    posts = {"train": train, "predict": predict, "undo": undo, "reset": reset, "fit": fit, "publish": publish}
    found = {f"/lessons/{{lesson_id}}/{name}": {"post": described} for name, described in posts.items()}
    return found | {"/lessons/{lesson_id}/history": {"get": history}}


def _operation(
    summary: str,
    operation_id: str,
    responses: dict[str, Any],
    errors: tuple[int, ...],
    description: str = "",
    more: list[dict[str, Any]] | None = None,
    **other: Any,
) -> dict[str, Any]:
    """An operation on a lesson. more: parameters besides its ID."""
    parameters = [LESSON_ID, *(more or [])]
    return operation(TAG, summary, responses, errors, description, operationId=operation_id, parameters=parameters, **other)
