"""JSON schemas that several resources share."""

from typing import Any

from inkling.imaging.strokes import MAX_COORDINATE
from inkling.limits import Limits

Schema = dict[str, Any]

PROBABILITY: Schema = {"type": "number", "minimum": 0, "maximum": 1}
FRACTION = PROBABILITY
LABEL: Schema = {"type": "string", "minLength": 1}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
TIME: Schema = {"type": "string", "format": "date-time", "description": "ISO 8601, UTC"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ANY_OBJECT: Schema = {"type": "object"}
OFFSETS: Schema = {
    "type": "array",
    "description": "The crops of the image that were averaged: their top left corners as [top, left].",
    "items": {"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2},
}
PEN: Schema = {
    "type": "number",
    "exclusiveMinimum": 0,
    "maximum": MAX_COORDINATE,
    "description": "Width of the pen in the units of the strokes. Default: a tenth of the drawing.",
}
BASE64: Schema = {"type": "string", "format": "picture", "description": "A PNG, JPEG or WebP file in base64 or as a data URL."}
KNOWN: Schema = {"type": "boolean", "description": "Whether the confidence reaches the model's threshold."}


def ref(name: str) -> Schema:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"oneOf": [schema, {"type": "null"}]}


def array_schema(items: Schema, description: str = "", **more: Any) -> Schema:
    """An array."""
    return {"type": "array", "items": items, **({"description": description} if description else {}), **more}


def object_schema(properties: dict[str, Any], optional: tuple[str, ...] = (), closed: bool = True, **more: Any) -> Schema:
    """An object. All properties are required except the optional ones; a closed object has no others."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": not closed, **more}


_ROW = array_schema({"type": "integer", "minimum": 0, "maximum": 255}, minItems=28, maxItems=28)
IMAGE = array_schema(_ROW, "28×28, 0 = paper, 255 = ink.", minItems=28, maxItems=28)
PROBABILITIES = array_schema(PROBABILITY, "In the order of `labels`.")
_POINT = array_schema({"type": "number", "minimum": -1e6, "maximum": 1e6}, "[x, y], y down", minItems=2, maxItems=2)
STROKES = array_schema(array_schema(_POINT))


def picture_schema(limits: Limits, max_pictures: int) -> Schema:
    """The JSON body of an endpoint that takes up to `max_pictures` pictures."""
    strokes = STROKES | {"description": f"A drawing: strokes with at most {limits.max_points:,} points in total."}
    several: dict[str, Any] = {"minItems": 1, "maxItems": max_pictures}
    return {
        "oneOf": [
            object_schema({"image": BASE64}),
            object_schema({"images": array_schema(BASE64, **several)}),
            object_schema({"pixels": {"oneOf": [ref("Pixels"), array_schema(ref("Pixels"), **several)]}}),
            object_schema({"strokes": strokes, "pen": PEN}, optional=("pen",)),
        ]
    }


def shared_schemas(limits: Limits) -> dict[str, Schema]:
    """The named schemas that several resources use."""
    level = {"type": "number", "minimum": 0, "maximum": 255}
    row = array_schema(level, minItems=1, maxItems=limits.max_picture_side)
    error = object_schema({"code": {"type": "string"}, "message": {"type": "string"}})
    return {
        "Error": object_schema({"error": error}),
        "Pixels": array_schema(row, "Rows of equal length: gray levels from 0 to 255, in any size and polarity.", minItems=1),
    }
