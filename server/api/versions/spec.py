"""The OpenAPI specification of /models/{name}/versions and /models/{name}/traffic."""

from typing import Any

from inkling.models.model_version import VERSION_LENGTH, VERSION_PATTERN
from inkling.service.openapi.links import links
from inkling.service.openapi.operation import JSON, ok_response, operation
from inkling.service.openapi.schemas import FRACTION, LABEL, SHA256, TIME, Schema, array_schema, object_schema, ref
from server.api.models.spec import MODEL_NAME
from server.api.openapi.parameters import MODEL_VERSION

VERSION_LINKS = links(
    ("get_version", "promote", "v2_infer_version"), name="$request.path.name", version="$response.body#/versions/1/version"
)
VERSION_LINKS |= links(
    ("predict", "read", "explain", "evaluate"), model="$request.path.name", version="$response.body#/versions/1/version"
)
"""What can be done with a version besides the current one."""
VERSION_ID: Schema = {"type": "string", "pattern": f"^[0-9a-f]{{{VERSION_LENGTH}}}$"}


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    listing = operation(
        "Models",
        "List the versions of a model",
        ok_response(
            "The current version, the candidate, and previous versions, newest first.",
            ref("ModelVersions"),
            links=VERSION_LINKS,
        ),
        (400, 404, 503),
        operationId="list_versions",
        parameters=[MODEL_NAME],
    )
    card = operation(
        "Models",
        "Get the card of a version",
        ok_response("The card, as in the file.", ref("ModelCard")),
        (400, 404, 422, 503),
        operationId="get_version",
        parameters=[MODEL_NAME, MODEL_VERSION],
    )
    promote = operation(
        "Models",
        "Make a version the current one",
        ok_response("The model that is served now.", ref("Model")),
        (400, 404, 409, 422, 503, 507),
        "The current version becomes a previous one. The process that answers serves the new one at once, the others within "
        "two seconds, and no request fails. The share of the version ends; shares of other versions stay.",
        operationId="promote",
        parameters=[MODEL_NAME, MODEL_VERSION],
    )
    get_traffic = operation(
        "Models",
        "Get the traffic shares of a model",
        ok_response("The shares in effect.", ref("Traffic")),
        (400, 404, 503),
        operationId="get_traffic",
        parameters=[MODEL_NAME],
    )
    set_traffic = operation(
        "Models",
        "Set the traffic shares of a model",
        ok_response("The shares in effect.", ref("Traffic")),
        (400, 404, 409, 413, 503, 507),
        "A canary: the versions in `shares` answer these shares of the requests to `/predict`, `/read` and `/v2/…/infer` that "
        "name no version, chosen at random. The rest goes to the current version. All processes follow within a second.",
        operationId="set_traffic",
        parameters=[MODEL_NAME],
        requestBody={"required": True, "content": {JSON: {"schema": ref("TrafficRequest")}}},
    )
    delete_traffic = operation(
        "Models",
        "End the traffic shares of a model",
        {"204": {"description": "All requests go to the current version."}},
        (400, 404, 409, 503, 507),
        operationId="delete_traffic",
        parameters=[MODEL_NAME],
    )
    return {
        "/models/{name}/versions": {"get": listing},
        "/models/{name}/versions/{version}": {"get": card},
        "/models/{name}/versions/{version}/promote": {"post": promote},
        "/models/{name}/traffic": {"get": get_traffic, "put": set_traffic, "delete": delete_traffic},
    }


def schemas() -> dict[str, Schema]:
    """The named schemas of these paths."""
    version = {
        "version": VERSION_ID | {"description": "The short name of the version."},
        "sha256": SHA256 | {"description": "Of the file."},
        "state": {"enum": ["current", "candidate", "previous"]},
        "published": TIME,
        "loaded": {"type": "boolean", "description": "Whether the process that answers has loaded it."},
        "share": FRACTION | {"description": "Of the requests that name no version."},
    }
    shares = {
        "type": "object",
        "additionalProperties": FRACTION,
        "description": "By version. What they leave of 1 goes to the current version.",
    }
    named = {"propertyNames": {"pattern": f"^(?:{VERSION_PATTERN.pattern})$"}}
    traffic = {
        "model": LABEL,
        "current": VERSION_ID,
        "current_share": FRACTION,
        "shares": shares,
        "problem": {"type": ["string", "null"], "description": "Why a share goes to the current version instead."},
    }
    return {
        "ModelVersions": object_schema({"model": LABEL, "versions": array_schema(object_schema(version))}),
        "TrafficRequest": object_schema({"shares": shares | named}),
        "Traffic": object_schema(traffic),
    }
