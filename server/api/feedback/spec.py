"""/feedback: its paths and its schemas."""

from typing import Any

from inkling.datasets.dataset import LONGEST_LABEL
from inkling.models.repository import NAME
from server.api.feedback.views import LARGEST_PAGE, PAGE
from server.api.openapi.operation import FILE, JSON, answer, operation, path, query
from server.api.openapi.schemas import BASE64, COUNT, IMAGE, LABEL, PEN, PROBABILITY, SHA256, TIME, array, record, ref
from server.settings import Settings

DRAWING = path("id", "A drawing's ID.")
TEXT = {"type": "string", "minLength": 1, "maxLength": LONGEST_LABEL}
TOLD = {
    "label": TEXT | {"description": "The right label."},
    "model": {"type": "string", "pattern": f"^{NAME.pattern}$", "description": "The model that spoke, or is to speak."},
    "said": TEXT | {"description": "What it had said; where it is left out, the server's model is asked."},
    "sha256": SHA256 | {"description": "The fingerprint of the model that had said so, as the header of /predict gives it."},
}
"""What is told about a picture: in the query, in a form's text fields, or in the JSON, each once."""

IN_JSON = TOLD | {name: {"oneOf": [TOLD[name], {"type": "integer"}]} for name in ("label", "said")}
OPTIONAL = ("model", "said", "sha256")


def paths(settings: Settings) -> dict[str, Any]:
    """Path -> method -> operation."""
    picture = {"schema": FILE}
    upload = {"type": "string", "contentMediaType": "application/octet-stream"}
    form = record({"image": upload, **TOLD}, optional=("label", *OPTIONAL))
    content = {
        "image/png": picture,
        "image/jpeg": picture,
        "image/webp": picture,
        "application/octet-stream": picture,
        "multipart/form-data": {"schema": form},
        JSON: {"schema": ref("FeedbackRequest")},
    }
    location = {"Location": {"schema": {"type": "string"}, "description": "Where the drawing is kept."}}
    kept = {"headers": location, "content": {JSON: {"schema": ref("Drawing")}}}
    add = operation(
        "Teaching",
        "Keep a picture with its right label",
        {
            "200": {"description": "It is kept already, and takes over what is told now.", **kept},
            "201": {"description": "It is kept.", **kept},
        },
        (400, 401, 403, 404, 409, 411, 413, 415, 422),
        f"For the next fit: `trainer fit --data feedback`. Pictures that have the same 28×28 image are one drawing. At most "
        f"{settings.max_feedback:,} are kept; more are refused.",
        operationId="add_feedback",
        security=[{}, {"token": []}],
        parameters=[query(name, schema, schema["description"]) for name, schema in TOLD.items()],
        requestBody={"required": True, "content": content},
    )
    listed = operation(
        "Teaching",
        "List drawings, newest first",
        answer("A page of summaries.", ref("Feedback")),
        (400, 404),
        operationId="feedback",
        parameters=[
            query("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}, "How many."),
            query("before", {"type": "string"}, "Goes on after the drawing of this ID: the `next` of the page before."),
        ],
    )
    one = operation(
        "Teaching",
        "A drawing",
        answer("The drawing, with its image and its strokes.", ref("Drawing")),
        (400, 404),
        operationId="drawing",
        parameters=[DRAWING],
    )
    seen = operation(
        "Teaching",
        "A drawing as a picture",
        answer("Grey, as it was sent, or smaller.", FILE, "image/png"),
        (400, 404),
        operationId="drawing_picture",
        parameters=[DRAWING],
    )
    remove = operation(
        "Teaching",
        "Keep a drawing no longer",
        {"204": {"description": "It is gone."}},
        (400, 401, 403, 404),
        operationId="remove_feedback",
        security=[{}, {"token": []}],
        parameters=[DRAWING],
    )
    return {
        "/feedback": {"post": add, "get": listed},
        "/feedback/{id}": {"get": one, "delete": remove},
        "/feedback/{id}/picture": {"get": seen},
    }


def schemas() -> dict[str, Any]:
    """Every named schema of these paths."""
    pen = array({"type": "number", "minimum": -1e6, "maximum": 1e6}, "[x, y], y down", minItems=2, maxItems=2)
    strokes = array(array(pen))
    forms = {"image": BASE64}, {"pixels": ref("Pixels")}, {"strokes": strokes, "pen": PEN}
    summary = {
        "id": {"type": "string", "pattern": "^[0-9a-f]+$"},
        "created": TIME,
        "label": LABEL,
        "said": {"type": ["string", "null"], "description": "What the model had said; null where none was there to ask."},
        "confidence": {"oneOf": [PROBABILITY, {"type": "null"}], "description": "Where this server's model was asked."},
        "model": {"type": ["string", "null"]},
        "sha256": {"oneOf": [SHA256, {"type": "null"}], "description": "Of the model's file."},
        "points": COUNT | {"description": "Pen positions; 0 where it came as a picture."},
    }
    return {
        "FeedbackRequest": {"oneOf": [record(form | IN_JSON, optional=("pen", "label", *OPTIONAL)) for form in forms]},
        "Feedback": record({"n": COUNT, "feedback": array(record(summary)), "next": {"type": ["string", "null"]}}),
        "Drawing": record(
            summary
            | {
                "image": IMAGE,
                "strokes": {"oneOf": [strokes, {"type": "null"}]},
            }
        ),
    }
