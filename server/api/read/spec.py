"""The OpenAPI specification of /read."""

from typing import Any

from inkling.service.openapi.operation import FILE, JSON, operation, picture_request_body, query_parameter
from inkling.service.openapi.schemas import COUNT, IMAGE, LABEL, PROBABILITIES, Schema, array_schema, object_schema, ref
from server.api.openapi.parameters import MODEL_HEADERS, MODEL_PARAMETER, SHARED_VERSION_PARAMETER
from server.api.predict.spec import CLASSIFICATION
from server.api.read.views import SHOW_CHOICES
from server.settings import Settings


def paths(settings: Settings) -> dict[str, Any]:
    """Path -> method -> operation."""
    content = {JSON: {"schema": {"oneOf": [ref("Reading"), ref("Readings")]}}, "image/png": {"schema": FILE}}
    read = operation(
        "Recognition",
        "Recognize whole numbers",
        {
            "200": {
                "description": "Lines from top to bottom, digits from left to right; for several pictures, in order. With "
                "`show=boxes`, the picture with the detections drawn into it.",
                "headers": MODEL_HEADERS,
                "content": content,
            }
        },
        (400, 404, 411, 413, 415, 422, 503),
        "Pictures of postcodes, sums, meters or several lines of them, in every form that `/predict` takes. Touching digits "
        "are split; specks, frames, ruled lines, punctuation, minus signs and words are ignored. Without a digit it fails "
        f"with `empty_picture`. At most {settings.max_digits:,} digits per picture, and the limits of `/predict`.",
        operationId="read",
        parameters=[
            MODEL_PARAMETER,
            SHARED_VERSION_PARAMETER,
            query_parameter(
                "show",
                {"type": "string", "enum": list(SHOW_CHOICES)},
                "`boxes`: return a PNG with the detections, for one picture. `image`: include each digit's normalized image.",
            ),
            query_parameter(
                "allow_empty", {"type": "string", "enum": ["true"]}, "Return no lines for a picture without a digit."
            ),
        ],
        requestBody=picture_request_body(settings.max_pictures, "PredictRequest"),
    )
    return {"/read": {"post": read}}


def schemas() -> dict[str, Schema]:
    """The named schemas of this path."""
    box = array_schema(COUNT, "[left, top, right, bottom] in pixels of the upright picture.", minItems=4, maxItems=4)
    fields = CLASSIFICATION | {
        "box": box,
        "probabilities": PROBABILITIES,
        "image": IMAGE | {"description": "With show=image: 28×28, 0 = paper, 255 = ink."},
    }
    digit = object_schema(fields, optional=("image",))
    digits = array_schema(digit, "From left to right.", minItems=1)
    reading = {
        "text": {"type": "string", "description": "The lines, separated by line feeds."},
        "lines": array_schema(
            object_schema({"text": LABEL, "digits": digits}), "From top to bottom. Empty only with allow_empty=true."
        ),
    }
    transform = {
        "origin": array_schema({"type": "number"}, "[x, y] of the first pixel's top left corner.", minItems=2, maxItems=2),
        "pixel_size": {"type": "number", "exclusiveMinimum": 0, "description": "The side of a pixel."},
        "pen_width": {"type": "number", "exclusiveMinimum": 0, "description": "The width of the rendered pen."},
    }
    more = {
        "transform": object_schema(transform, description="For strokes: maps pixels of the boxes to the units of the strokes.")
    }
    head = {"model": LABEL, "labels": array_schema(LABEL)}
    return {
        "Reading": object_schema(head | reading | more, optional=("transform",)),
        "Readings": object_schema(head | {"readings": array_schema(object_schema(reading), minItems=2)}),
    }
