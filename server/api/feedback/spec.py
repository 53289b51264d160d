"""The OpenAPI specification of /feedback."""

from typing import Any

from inkling.datasets.dataset import MAX_LABEL_LENGTH
from inkling.models.model_version import NAME_PATTERN
from inkling.service.openapi.links import links
from inkling.service.openapi.operation import (
    FILE,
    JSON,
    location_header,
    ok_response,
    operation,
    page_parameters,
    path_parameter,
    picture_contents,
    query_parameter,
)
from inkling.service.openapi.schemas import (
    BASE64,
    COUNT,
    IMAGE,
    LABEL,
    PEN,
    PROBABILITY,
    SHA256,
    STROKES,
    TIME,
    Schema,
    array_schema,
    object_schema,
    ref,
)
from server.settings import Settings

DRAWING_ID = path_parameter("id", "The ID of a drawing.")
TEXT: Schema = {"type": "string", "format": "printable", "minLength": 1, "maxLength": MAX_LABEL_LENGTH}
FIELDS: dict[str, Schema] = {
    "label": TEXT | {"description": "The correct label."},
    "model": {"type": "string", "pattern": f"^{NAME_PATTERN.pattern}$", "description": "The model that predicts."},
    "predicted": TEXT | {"description": "The label it predicted. Default: this server's model predicts now."},
    "sha256": SHA256 | {"description": "The hash of that model's file, from the header of /predict."},
}
"""In the query, in a form's text fields or in the JSON, each at most once."""

JSON_FIELDS = FIELDS | {name: {"oneOf": [FIELDS[name], {"type": "integer"}]} for name in ("label", "predicted")}
DRAWING_OPERATIONS = ("get_drawing", "get_drawing_picture", "delete_feedback")
OPTIONAL = ("model", "predicted", "sha256")


def paths(settings: Settings) -> dict[str, Any]:
    """Path -> method -> operation."""
    drawing = {"content": {JSON: {"schema": ref("Drawing")}}, "links": links(DRAWING_OPERATIONS, id="$response.body#/id")}
    stored = {"headers": location_header("drawing"), **drawing}
    add = operation(
        "Feedback",
        "Store a picture with its correct label",
        {
            "200": {"description": "The drawing was stored already; its label and prediction are updated.", **stored},
            "201": {"description": "The drawing is stored.", **stored},
        },
        (400, 404, 409, 411, 413, 415, 422, 503, 507),
        "For the next fit: `trainer fit --data feedback`. Pictures with the same 28×28 image are one drawing. At most "
        f"{settings.max_feedback:,} drawings are stored; more are refused.{_retention(settings)}",
        operationId="add_feedback",
        parameters=[query_parameter(name, schema, schema["description"]) for name, schema in FIELDS.items()],
        requestBody={"required": True, "content": picture_contents("FeedbackRequest", FIELDS)},
    )
    listing = operation(
        "Feedback",
        "List drawings, newest first",
        ok_response(
            "A page of summaries.", ref("Feedback"), links=links(DRAWING_OPERATIONS, id="$response.body#/feedback/0/id")
        ),
        (400, 404, 503),
        operationId="list_feedback",
        parameters=page_parameters("drawing"),
    )
    get = operation(
        "Feedback",
        "Get a drawing",
        ok_response("The drawing with its image and its strokes.", ref("Drawing")),
        (400, 404, 503),
        operationId="get_drawing",
        parameters=[DRAWING_ID],
    )
    get_picture = operation(
        "Feedback",
        "Get a drawing as a picture",
        ok_response("In gray, possibly reduced.", FILE, "image/png"),
        (400, 404, 503),
        operationId="get_drawing_picture",
        parameters=[DRAWING_ID],
    )
    delete = operation(
        "Feedback",
        "Delete a drawing",
        {"204": {"description": "The drawing is deleted."}},
        (400, 404, 503),
        operationId="delete_feedback",
        parameters=[DRAWING_ID],
    )
    delete_all = operation(
        "Feedback",
        "Delete all drawings",
        ok_response("How many drawings were deleted.", object_schema({"deleted": COUNT})),
        (400, 503),
        operationId="delete_all_feedback",
    )
    return {
        "/feedback": {"post": add, "get": listing, "delete": delete_all},
        "/feedback/{id}": {"get": get, "delete": delete},
        "/feedback/{id}/picture": {"get": get_picture},
    }


def _retention(settings: Settings) -> str:
    days = settings.feedback_retention
    return f" They are deleted after {days:,} days." if days else ""


def schemas() -> dict[str, Schema]:
    """The named schemas of these paths."""
    forms = {"image": BASE64}, {"pixels": ref("Pixels")}, {"strokes": STROKES, "pen": PEN}
    summary = {
        "id": {"type": "string", "pattern": "^[0-9a-f]+$"},
        "created": TIME,
        "label": LABEL,
        "predicted": {"type": ["string", "null"], "description": "The predicted label; null if no model was loaded."},
        "confidence": {"oneOf": [PROBABILITY, {"type": "null"}], "description": "If this server's model predicted."},
        "model": {"type": ["string", "null"]},
        "sha256": {"oneOf": [SHA256, {"type": "null"}], "description": "Of the model's file."},
        "points": COUNT | {"description": "Number of pen positions; 0 if it was sent as a picture."},
    }
    drawing = summary | {"image": IMAGE, "strokes": {"oneOf": [STROKES, {"type": "null"}]}}
    page = {"n": COUNT, "feedback": array_schema(object_schema(summary)), "next": {"type": ["string", "null"]}}
    requests = [object_schema(form | JSON_FIELDS, optional=("pen", "label", *OPTIONAL)) for form in forms]
    return {
        "FeedbackRequest": {"oneOf": requests},
        "Feedback": object_schema(page),
        "Drawing": object_schema(drawing),
    }
