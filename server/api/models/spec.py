"""The OpenAPI specification of /models."""

from typing import Any

from inkling.service.openapi.links import links
from inkling.service.openapi.operation import FILE, ok_response, operation, path_parameter
from inkling.service.openapi.schemas import (
    ANY_OBJECT,
    COUNT,
    LABEL,
    OFFSETS,
    SHA256,
    TIME,
    Schema,
    array_schema,
    object_schema,
    ref,
)
from server.api.models.views import FILE_MEDIA_TYPE

MODEL_NAME = path_parameter("name", "The name of a model.")
MODEL_LINKS = links(
    ("get_card", "get_card_report", "get_model_file", "rollback", "list_versions", "get_traffic"),
    name="$response.body#/models/0/name",
)
MODEL_LINKS |= links(("predict", "read", "explain", "evaluate"), model="$response.body#/models/0/name")


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    listing = operation(
        "Models",
        "List models",
        ok_response("The loaded models.", ref("Models"), links=MODEL_LINKS),
        (400,),
        operationId="list_models",
    )
    card = operation(
        "Models",
        "Get a model card",
        ok_response("The card, as in the file.", ref("ModelCard")),
        (400, 404, 503),
        operationId="get_card",
        parameters=[MODEL_NAME],
    )
    report = operation(
        "Models",
        "Get the report in a model card",
        ok_response("The report that the model was exported with.", ref("StoredReport")),
        (400, 404, 503),
        operationId="get_card_report",
        parameters=[MODEL_NAME],
    )
    file = operation(
        "Models",
        "Get the ONNX file of a model",
        ok_response("The file, with the card in its metadata. Its ETag is its SHA-256.", FILE, FILE_MEDIA_TYPE)
        | {"304": {"description": "The file is that of the ETag in If-None-Match."}},
        (400, 404, 503),
        operationId="get_model_file",
        parameters=[MODEL_NAME],
    )
    rollback = operation(
        "Models",
        "Roll back to the previous version",
        ok_response("The model that is served now.", ref("Model")),
        (400, 404, 409, 422, 503, 507),
        "The process that answers serves it at once, the others within two seconds, and no request fails. Repeated calls go "
        "further back. The replaced file is kept, but is not a version that can be rolled back to.",
        operationId="rollback",
        parameters=[MODEL_NAME],
    )
    return {
        "/models": {"get": listing},
        "/models/{name}": {"get": card},
        "/models/{name}/report": {"get": report},
        "/models/{name}/file": {"get": file},
        "/models/{name}/rollback": {"post": rollback},
    }


def schemas() -> dict[str, Schema]:
    """The named schemas of these paths."""
    version = object_schema({"number": COUNT, "sha256": SHA256, "published": TIME})
    model = {
        "name": LABEL,
        "created": {"type": "string"},
        "labels": array_schema(LABEL),
        "crops": OFFSETS,
        "sha256": SHA256 | {"description": "Of the file."},
        "accuracy": {"description": "From the card's report; null if it has none."},
        "versions": array_schema(version, "Previous versions, newest first."),
    }
    card = {
        "card": {"const": 1},
        "name": {"type": "string"},
        "created": {"type": "string"},
        "labels": array_schema(LABEL, minItems=2),
        "image": ANY_OBJECT,
        "crop": ANY_OBJECT,
        "layers": array_schema(ANY_OBJECT),
        "training": ANY_OBJECT,
        "report": ANY_OBJECT,
        "known": ANY_OBJECT,
    }
    return {
        "Models": object_schema({"default": {"type": ["string", "null"]}, "models": array_schema(ref("Model"))}),
        "Model": object_schema(model),
        "ModelCard": object_schema(card, closed=False),
        "StoredReport": ANY_OBJECT,
    }
