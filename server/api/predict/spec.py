"""The OpenAPI specification of /predict."""

from typing import Any

from inkling.service.openapi.operation import list_parameter, ok_response, operation, picture_request_body
from inkling.service.openapi.schemas import (
    COUNT,
    IMAGE,
    KNOWN,
    LABEL,
    OFFSETS,
    PROBABILITIES,
    PROBABILITY,
    Schema,
    array_schema,
    object_schema,
    picture_schema,
    ref,
)
from server.api.openapi.parameters import CROPS_PARAMETER, MODEL_HEADERS, MODEL_PARAMETER, SHARED_VERSION_PARAMETER
from server.api.predict.views import SHOW_CHOICES
from server.settings import Settings

CLASSIFICATION: dict[str, Schema] = {
    "label": LABEL,
    "confidence": PROBABILITY | {"description": "The probability of the label."},
    "known": KNOWN,
}


def paths(settings: Settings) -> dict[str, Any]:
    """Path -> method -> operation."""
    predict = operation(
        "Recognition",
        "Recognize one character per picture",
        ok_response("A prediction for each picture, in order.", ref("Predictions"), headers=MODEL_HEADERS),
        (400, 404, 411, 413, 415, 422, 503),
        "Pictures of any size and mode: dark on light or light on dark, with or without transparency. If one of several "
        f"pictures fails, the whole request fails and the message names it. At most {settings.max_predict_bytes:,} bytes, "
        f"{settings.max_pictures:,} pictures, and {settings.max_picture_pixels:,} pixels per picture.",
        operationId="predict",
        parameters=[
            MODEL_PARAMETER,
            SHARED_VERSION_PARAMETER,
            CROPS_PARAMETER,
            list_parameter("show", SHOW_CHOICES, "Adds the 28×28 image, or every step of its normalization."),
        ],
        requestBody=picture_request_body(settings.max_pictures, "PredictRequest"),
    )
    return {"/predict": {"post": predict}}


def schemas(settings: Settings) -> dict[str, Schema]:
    """The named schemas of this path."""
    levels = array_schema(array_schema({"type": "integer", "minimum": 0, "maximum": 255}, minItems=1), minItems=1)
    steps = {
        "picture": levels | {"description": "The picture in gray, its longer side at most 112 pixels."},
        "ink": levels | {"description": "The extracted ink in the same size: 0 = none, 255 = full."},
        "box": array_schema(COUNT, "[left, top, right, bottom] of the character there.", minItems=4, maxItems=4),
        "scaled": levels | {"description": "The character without other components, scaled to fit into 20×20."},
        "image": IMAGE | {"description": "Its center of mass in the center of 28×28."},
    }
    prediction = CLASSIFICATION | {
        "multiple": {
            "type": "boolean",
            "description": "Whether the picture seems to hold several characters. Use /read for those.",
        },
        "probabilities": PROBABILITIES,
        "crops": array_schema(PROBABILITIES, "The probabilities of each crop."),
        "image": IMAGE | {"description": "With show=image: 28×28, 0 = paper, 255 = ink."},
        "steps": object_schema(steps, description="With show=steps: the steps of the normalization."),
    }
    predictions = {
        "model": LABEL,
        "labels": array_schema(LABEL),
        "crops": OFFSETS,
        "predictions": array_schema(ref("Prediction")),
    }
    return {
        "PredictRequest": picture_schema(settings, settings.max_pictures),
        "Prediction": object_schema(prediction, optional=("image", "steps")),
        "Predictions": object_schema(predictions),
    }
