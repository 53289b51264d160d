"""The OpenAPI specification of /evaluate."""

from typing import Any

from inkling.datasets.dataset import MAX_LABEL_LENGTH
from inkling.service.openapi.links import links
from inkling.service.openapi.operation import FORM, JSON, UPLOAD, location_header, operation, query_parameter
from inkling.service.openapi.schemas import BASE64, Schema, array_schema, object_schema, ref
from server.api.evaluate.views import EVENT_MEDIA_TYPE
from server.api.openapi.parameters import CROPS_PARAMETER, CURRENT_VERSION_PARAMETER, MODEL_HEADERS, MODEL_PARAMETER
from server.api.parsing.dataset_upload import MAX_NAME_LENGTH
from server.api.reports.spec import REPORT_OPERATIONS
from server.settings import Settings

NAME: Schema = {"type": "string", "format": "printable", "minLength": 1, "maxLength": MAX_NAME_LENGTH}


def paths(settings: Settings) -> dict[str, Any]:
    """Path -> method -> operation."""
    files = dict.fromkeys(("data", "images", "labels"), UPLOAD)
    one_or_two = [{"required": ["data"], "maxProperties": 1}, {"required": ["images", "labels"], "maxProperties": 2}]
    form = object_schema(files, optional=tuple(files), oneOf=one_or_two)
    content = {FORM: {"schema": form}, JSON: {"schema": ref("EvaluateRequest")}}
    report = {
        "headers": location_header("report") | MODEL_HEADERS,
        "content": {JSON: {"schema": ref("Report")}},
        "links": links(REPORT_OPERATIONS, id="$response.body#/id"),
    }
    evaluate = operation(
        "Evaluation",
        "Evaluate a model on a labeled dataset",
        {
            "200": {
                "description": "With `Accept: application/x-ndjson`: one JSON event per line.",
                "headers": MODEL_HEADERS,
                "content": {EVENT_MEDIA_TYPE: {"schema": {"type": "string"}}},
            },
            "201": {"description": "The report.", **report},
        },
        (400, 404, 411, 413, 415, 422, 503),
        "A file in the field `data`: a zip with one folder per label, an npz in Keras' layout, a CSV of labels and pixels, or "
        "pen strokes as JSON lines; or two IDX files in `images` and `labels`, optionally gzipped; or JSON, which may name a "
        "dataset of `GET /data`. Blank pictures are left out. With `Accept: application/x-ndjson` the response streams "
        '`{"event": "progress", "done", "n", "accuracy", "loss"}` repeatedly, then `{"event": "report", "report"}` or '
        '`{"event": "failed", "error"}`; disconnecting cancels the evaluation. '
        f"At most {settings.max_evaluate_bytes:,} bytes and {settings.max_dataset_images:,} images.",
        operationId="evaluate",
        parameters=[
            MODEL_PARAMETER,
            CURRENT_VERSION_PARAMETER,
            CROPS_PARAMETER,
            query_parameter("name", NAME, "Name of the dataset in the report."),
        ],
        requestBody={"required": True, "content": content},
    )
    return {"/evaluate": {"post": evaluate}}


def schemas(settings: Settings) -> dict[str, Schema]:
    """The named schemas of this path, besides Report."""
    pictures = array_schema({"oneOf": [BASE64, ref("Pixels")]}, minItems=1, maxItems=settings.max_dataset_images)
    label = {"oneOf": [{"type": "string", "minLength": 1, "maxLength": MAX_LABEL_LENGTH}, {"type": "integer"}]}
    named = {"type": "string", "description": "The name of a dataset in `GET /data`."}
    forms = [object_schema({"images": pictures, "labels": array_schema(label)}), object_schema({"data": named})]
    return {"EvaluateRequest": {"oneOf": forms}}
