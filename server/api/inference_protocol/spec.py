"""The OpenAPI specification of /v2."""

from typing import Any

from inkling.service.openapi.links import links
from inkling.service.openapi.operation import FILE, JSON, ok_response, operation, path_parameter
from inkling.service.openapi.schemas import ANY_OBJECT, COUNT, LABEL, Schema, array_schema, object_schema, ref
from server.api.inference_protocol.infer_request import INPUTS, LENGTH_HEADER, OUTPUTS
from server.api.inference_protocol.tensors import DTYPES
from server.api.openapi.parameters import MODEL_HEADERS, MODEL_VERSION

TAG = "Open Inference Protocol"
OCTETS = "application/octet-stream"
MODEL_NAME = path_parameter("name", "The name of a model.")
SHAPE = array_schema({"type": "integer"}, "-1 stands for any number.")


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    models = _operation("List models", "v2_models", object_schema({"models": array_schema(LABEL)}))
    models["responses"]["200"]["links"] = links(("v2_model", "v2_model_ready", "v2_infer"), name="$response.body#/models/0")
    found: dict[str, Any] = {
        "/v2": {"get": _operation("Server metadata", "v2_server", ref("V2Server"))},
        "/v2/health/live": {"get": _operation("Liveness", "v2_live", object_schema({"live": {"const": True}}))},
        "/v2/health/ready": {
            "get": _operation("Readiness", "v2_ready", object_schema({"ready": {"type": "boolean"}}), (503,)),
        },
        "/v2/models": {"get": models},
    }
    for suffix, name, parameters in (
        ("", "", [MODEL_NAME]),
        ("/versions/{version}", "_version", [MODEL_NAME, MODEL_VERSION]),
    ):
        path, more = f"/v2/models/{{name}}{suffix}", {"parameters": parameters}
        ready = object_schema({"name": LABEL, "ready": {"const": True}})
        errors = (404, 422, 503) if name else (404, 503)
        metadata = _operation("Model metadata", f"v2_model{name}", ref("V2Model"), errors, **more)
        metadata["responses"]["200"]["links"] = links(
            ("v2_model_version", "v2_model_ready_version", "v2_infer_version"),
            name="$response.body#/name",
            version="$response.body#/versions/0",
        )
        found[path] = {"get": metadata}
        found[f"{path}/ready"] = {"get": _operation("Model readiness", f"v2_model_ready{name}", ready, errors, **more)}
        found[f"{path}/infer"] = {"post": _infer(f"v2_infer{name}", parameters)}
    return {path: {method: _with_own_errors(each) for method, each in methods.items()} for path, methods in found.items()}


def _with_own_errors(described: dict[str, Any]) -> dict[str, Any]:
    """The operation with the protocol's error body."""
    prefix = "#/components/responses/"
    responses = {
        status: {"$ref": f"{prefix}V2{response['$ref'].removeprefix(prefix)}"} if "$ref" in response else response
        for status, response in described["responses"].items()
    }
    return described | {"responses": responses}


def _infer(operation_id: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    length = {"name": LENGTH_HEADER, "in": "header", "required": False, "schema": COUNT}
    length |= {"description": "Length of the JSON, if binary tensors follow it."}
    body = {"required": True, "content": {JSON: {"schema": ref("V2InferRequest")}, OCTETS: {"schema": FILE}}}
    response = ok_response("The outputs.", ref("V2InferResponse"), headers=MODEL_HEADERS)
    response["200"]["content"][OCTETS] = {"schema": FILE}
    return operation(
        TAG,
        "Infer",
        response,
        (400, 404, 411, 413, 415, 422, 503),
        "Images are averaged over the crops of the model card; crops are predicted as they are. Gray levels: 0 is paper, 255 "
        "is ink. With the header, the body is JSON followed by the bytes of the input. Outputs are bytes if they are requested "
        "with `binary_data`, all of them with `binary_data_output`. `classification: k` returns the k most probable classes.",
        operationId=operation_id,
        parameters=[*parameters, length],
        requestBody=body,
    )


def _operation(summary: str, operation_id: str, schema: Schema, errors: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
    found = operation(TAG, summary, ok_response(f"{summary}.", schema), errors, operationId=operation_id, **more)
    if operation_id == "v2_ready":
        found["responses"]["503"] = {"description": "No model is loaded.", "content": {JSON: {"schema": schema}}}
    return found


def schemas() -> dict[str, Schema]:
    """The named schemas of these paths."""
    parameters = {"parameters": ANY_OBJECT}
    described = object_schema({"name": LABEL, "datatype": LABEL, "shape": SHAPE})
    tensor = {"name": {"enum": list(INPUTS)}, "datatype": {"enum": list(DTYPES)}, "shape": array_schema(COUNT)}
    given = object_schema(tensor | parameters | {"data": array_schema({})}, optional=("parameters", "data"))
    returned = object_schema({"name": {"enum": list(OUTPUTS)}, "datatype": LABEL, "shape": array_schema(COUNT)}, closed=False)
    requested = object_schema({"name": {"enum": list(OUTPUTS)}} | parameters, optional=("parameters",))
    request = {"id": {"type": "string"}, **parameters, "inputs": array_schema(given, minItems=1, maxItems=1)}
    response = {"model_name": LABEL, "model_version": LABEL, "id": {"type": "string"}, "outputs": array_schema(returned)}
    return {
        "V2Server": object_schema({"name": LABEL, "version": LABEL, "extensions": array_schema(LABEL)}),
        "V2Model": object_schema(
            {
                "name": LABEL,
                "versions": array_schema(LABEL),
                "platform": LABEL,
                "inputs": array_schema(described),
                "outputs": array_schema(described),
            }
        ),
        "V2InferRequest": object_schema(
            request | {"outputs": array_schema(requested, "Each at most once.", maxItems=len(OUTPUTS))},
            optional=("id", "parameters", "outputs"),
            closed=False,
        ),
        "V2InferResponse": object_schema(response, optional=("id",)),
        "V2Error": object_schema({"error": {"type": "string"}}),
    }
