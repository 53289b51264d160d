"""Schemas of the API's JSON, and the failures that several routes share."""

from typing import Any

from inkling.imaging.strokes import FARTHEST
from server.settings import Settings

PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}
SHARE = PROBABILITY
LABEL = {"type": "string", "minLength": 1}
SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
TIME = {"type": "string", "format": "date-time", "description": "ISO 8601, UTC"}
COUNT = {"type": "integer", "minimum": 0}
OFFSETS = {
    "type": "array",
    "description": "Top left corners of the windows of the image that were answered and averaged, as [top, left].",
    "items": {"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2},
}
PEN = {
    "type": "number",
    "exclusiveMinimum": 0,
    "maximum": FARTHEST,
    "description": "The pen's width in the units of the strokes; a tenth of the drawing where it is left out.",
}
BASE64 = {"type": "string", "description": "A PNG, JPEG or WebP in base64, or as a data URL."}


def ref(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: dict, description: str = "", **more: Any) -> dict[str, Any]:
    """An array schema."""
    return {"type": "array", "items": items, **({"description": description} if description else {}), **more}


def record(properties: dict, optional: tuple[str, ...] = (), closed: bool = True, **more: Any) -> dict[str, Any]:
    """An object schema in which everything is required but what is named optional."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": not closed, **more}


_LEVELS = array({"type": "integer", "minimum": 0, "maximum": 255}, minItems=28, maxItems=28)
IMAGE = array(_LEVELS, "28×28, 0 = paper, 255 = ink.", minItems=28, maxItems=28)


def schemas(settings: Settings) -> dict[str, Any]:
    """Every named schema."""
    return {
        "Error": record({"error": record({"code": {"type": "string"}, "message": {"type": "string"}})}),
        **_request_schemas(settings),
        **_answer_schemas(),
        **_model_schemas(),
    }


def _request_schemas(settings: Settings) -> dict[str, Any]:
    level = {"type": "number", "minimum": 0, "maximum": 255}
    row = array(level, minItems=1, maxItems=settings.max_picture_side)
    pen = array({"type": "number", "minimum": -1e6, "maximum": 1e6}, "[x, y], y down", minItems=2, maxItems=2)
    strokes = array(array(pen), f"A drawing: strokes of at most {settings.max_points:,} pen positions together.")

    def body(most: int) -> dict[str, Any]:
        several = {"minItems": 1, "maxItems": most}
        return {
            "oneOf": [
                record({"image": BASE64}),
                record({"images": array(BASE64, **several)}),
                record({"pixels": {"oneOf": [ref("Pixels"), array(ref("Pixels"), **several)]}}),
                record({"strokes": strokes, "pen": PEN}, optional=("pen",)),
            ]
        }

    return {
        "Pixels": array(row, "Rows of one length, grey levels from 0 to 255, of any size and polarity.", minItems=1),
        "PredictRequest": body(settings.max_pictures),
        "ExplainRequest": body(1),
    }


def _answer_schemas() -> dict[str, Any]:
    probabilities = array(PROBABILITY, "In the order of `labels`.")
    sign = {
        "label": LABEL,
        "confidence": PROBABILITY | {"description": "The label's probability."},
        "known": {"type": "boolean", "description": "Whether the answer is sure enough, by the model's threshold."},
    }
    box = array(COUNT, "[left, top, right, bottom] in pixels of the picture as it was sent, upright.", minItems=4, maxItems=4)
    digits = array(record(sign | {"box": box, "probabilities": probabilities}), "From left to right.", minItems=1)
    reading = {
        "text": {"type": "string", "description": "The lines, with a line feed between them."},
        "lines": array(record({"text": LABEL, "digits": digits}), "From top to bottom; none only with unfinished=true."),
    }
    place = {
        "origin": array({"type": "number"}, "[x, y] of the first pixel's top left corner.", minItems=2, maxItems=2),
        "pixel": {"type": "number", "exclusiveMinimum": 0, "description": "A pixel's side."},
        "pen": {"type": "number", "exclusiveMinimum": 0, "description": "The width that the strokes were drawn with."},
    }
    among = {"place": record(place, description="Of strokes: where the pixels of the boxes lie, in the strokes' own units.")}
    head = {"model": LABEL, "labels": array(LABEL)}
    levels = array(array({"type": "integer", "minimum": 0, "maximum": 255}, minItems=1), minItems=1)
    steps = {
        "picture": levels | {"description": "As it came, grey, its longer side at most 112."},
        "ink": levels | {"description": "The ink found in it, in the same size: 0 = none, 255 = the middle of a stroke."},
        "box": array(COUNT, "[left, top, right, bottom] of the sign there.", minItems=4, maxItems=4),
        "scaled": levels | {"description": "The sign alone, scaled to fit into 20×20; what is no writing is left out."},
        "image": IMAGE | {"description": "Its centre of mass in the middle of 28×28."},
    }
    return {
        "Prediction": record(
            sign
            | {
                "several": {"type": "boolean", "description": "Whether the picture seems to hold several signs: see /read."},
                "probabilities": probabilities,
                "crops": array(probabilities, "What each window alone was read as."),
                "image": IMAGE | {"description": "With show=image: 28×28, 0 = paper, 255 = ink."},
                "steps": record(steps, description="With show=steps: what was done with the picture, step by step."),
            },
            optional=("image", "steps"),
        ),
        "Predictions": record(head | {"crops": OFFSETS, "predictions": array(ref("Prediction"))}),
        "Reading": record(head | reading | among, optional=("place",)),
        "Readings": record(head | {"readings": array(record(reading), minItems=2)}),
    }


def _model_schemas() -> dict[str, Any]:
    anything = {"type": "object"}
    model = {
        "name": LABEL,
        "created": {"type": "string"},
        "labels": array(LABEL),
        "crops": OFFSETS,
        "sha256": SHA256 | {"description": "Of the file."},
        "accuracy": {"description": "As the card's report tells it; null where it does not."},
        "versions": array(
            record({"number": COUNT, "sha256": SHA256, "published": TIME}), "What can be gone back to, newest first."
        ),
    }
    card = {
        "card": {"const": 1},
        "name": {"type": "string"},
        "created": {"type": "string"},
        "labels": array(LABEL, minItems=2),
        "image": anything,
        "crop": anything,
        "layers": array(anything),
        "training": anything,
        "report": anything,
        "known": anything,
    }
    return {
        "Models": record({"default": {"type": ["string", "null"]}, "models": array(ref("Model"))}),
        "Model": record(model),
        "Card": record(card, closed=False),
        "CardReport": {"type": "object"},
        "Live": record({"status": {"const": "live"}}),
        "Ready": record(
            {
                "status": {"const": "ready"},
                "models": array(LABEL, minItems=1),
                "refused": array(record({"file": {"type": "string"}, "reason": {"type": "string"}})),
            }
        ),
    }


FAILURES = {
    400: ("BadRequest", "The request can be read, but is not of a form that is understood."),
    401: ("Unauthorized", "The token is missing or another."),
    403: ("Forbidden", "A page of another site asks, or the server has no token."),
    404: ("NotFound", "There is none of that name."),
    406: ("NotAcceptable", "None of the accepted types is on offer."),
    409: (
        "Conflict",
        "Not as things stand: someone else changes the same, a bound is reached, or there is no version before.",
    ),
    411: ("LengthRequired", "The body does not say how long it is."),
    413: ("TooLarge", "More bytes, pixels, pictures or points than the bound that the message names."),
    415: ("UnsupportedMediaType", "A body or a picture of a type that is not read."),
    422: ("Unprocessable", "The right form, but empty, damaged, or without sense."),
    500: ("InternalError", "A fault of the server. It is logged."),
    503: ("NotReady", "No model has answered yet, or the server is busy."),
    507: ("NotWritten", "No room on the disk, or no leave to write there. What was there still is."),
}
"""Status -> the name and the meaning of a failure."""


def responses() -> dict[str, Any]:
    """The failures, each with the one body."""
    content = {"application/json": {"schema": ref("Error")}}
    return {name: {"description": meaning, "content": content} for name, meaning in FAILURES.values()}
