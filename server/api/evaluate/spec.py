"""/evaluate, /data and /reports: their paths."""

from typing import Any

from inkling.evaluation.scored_images import ORDERS
from server.api.evaluate.views import EVENTS
from server.api.openapi.operation import CROPS, FILE, JSON, MODEL, answer, operation, path, query
from server.api.openapi.schemas import ref
from server.api.parsing.dataset_upload import LONGEST_NAME
from server.api.reports.images import KNOWN
from server.api.reports.views import LARGEST_PAGE, MEDIA_TYPES, NORMALIZATIONS, PAGE
from server.settings import Settings

REPORT = path("id", "A report's ID, or `latest`.")
ORDER = "The set's own order, the surest first, the least sure first, or mistakes only, the surest first."


def paths(settings: Settings) -> dict[str, Any]:
    """Path -> method -> operation."""
    upload = {"type": "string", "contentMediaType": "application/octet-stream"}
    single = {"type": "object", "properties": {"data": upload}, "required": ["data"], "additionalProperties": False}
    pair = {
        "type": "object",
        "properties": {"images": upload, "labels": upload},
        "required": ["images", "labels"],
        "additionalProperties": False,
    }
    content = {"multipart/form-data": {"schema": {"oneOf": [single, pair]}}, JSON: {"schema": ref("EvaluateRequest")}}
    location = {"Location": {"schema": {"type": "string"}, "description": "Where the report is kept."}}
    evaluate = operation(
        "Measuring",
        "Score a labelled set",
        {
            "200": {
                "description": "With `Accept: application/x-ndjson`: a line of JSON an event.",
                "content": {EVENTS: {"schema": FILE}},
            },
            "201": {"description": "The report.", "headers": location, "content": {JSON: {"schema": ref("Report")}}},
        },
        (400, 401, 403, 404, 411, 413, 415, 422, 503),
        "A file in the field `data`: a zip with a folder a label, an npz in Keras' layout, a CSV of labels and pixels, or pen "
        "strokes as JSON lines; or two IDX files in `images` and `labels`, plain or gzipped; or JSON, which may name a set of "
        "`GET /data`. Pictures without ink are left out. With `Accept: application/x-ndjson` it is told how far it is: "
        '`{"event": "progress", "done", "n", "accuracy", "loss"}` over and over, then `{"event": "report", "report"}`, or '
        '`{"event": "failed", "error"}`; a client that hangs up ends the work. '
        f"At most {settings.max_evaluate_bytes:,} bytes and {settings.max_set_images:,} images.",
        operationId="evaluate",
        security=[{}, {"token": []}],
        parameters=[
            MODEL,
            CROPS,
            query("name", {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}, "What the report calls the set."),
        ],
        requestBody={"required": True, "content": content},
    )
    pages = [
        query("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}, "How many."),
        query("before", {"type": "string"}, "Goes on after the report of this ID: the `next` of the page before."),
        query("show", {"type": "string", "enum": ["crops"]}, "Adds each report's crops."),
    ]
    listed = operation(
        "Measuring",
        "List reports, newest first",
        answer("A page of summaries.", ref("Reports")),
        (400, 404),
        operationId="reports",
        parameters=pages,
    )
    report = operation(
        "Measuring", "A report", answer("The report.", ref("Report")), (400, 404), operationId="report", parameters=[REPORT]
    )
    forms = {JSON: {"schema": ref("NormalizedConfusionMatrix")}, "text/csv": {"schema": {"type": "string"}}}
    forms |= {MEDIA_TYPES[form]: {"schema": FILE} for form in ("png", "svg")}
    matrix = operation(
        "Measuring",
        "A report's confusion matrix",
        {"200": {"description": "Rows are true labels, columns predicted ones.", "content": forms}},
        (400, 404, 406),
        "As JSON, CSV, PNG or SVG: by `Accept`, or by `format`, which wins.",
        operationId="confusion_matrix",
        parameters=[
            REPORT,
            query("format", {"type": "string", "enum": list(MEDIA_TYPES)}, "Instead of the Accept header."),
            query("normalize", {"type": "string", "enum": list(NORMALIZATIONS)}, "Shares of each row, of each column, of all."),
        ],
    )
    label = {"type": "string", "minLength": 1}
    images = operation(
        "Measuring",
        "Images of a report",
        answer("A page of images, with what the model answered.", ref("ReportImages")),
        (400, 404),
        f"The newest {settings.max_reports_with_images:,} reports keep at most {settings.max_report_images:,} images each, "
        "mistakes before others. `true=4&predicted=9` gives those in a cell of the confusion matrix.",
        operationId="report_images",
        parameters=[
            REPORT,
            query("true", label, "Only images of this label."),
            query("predicted", label, "Only images that were read as this label."),
            query(
                "known",
                {"type": "string", "enum": list(KNOWN)},
                "Only those that are answered surely enough, or not.",
            ),
            query("order", {"type": "string", "enum": list(ORDERS), "default": ORDERS[0]}, ORDER),
            query("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}, "How many."),
            query("before", {"type": "string"}, "Goes on after the image of this index: the `next` of the page before."),
        ],
    )
    data = operation(
        "Measuring",
        "List the labelled sets that are here",
        answer("Sets that `/evaluate` takes by their name.", ref("LabelledSets")),
        (400,),
        operationId="data",
    )
    return {
        "/data": {"get": data},
        "/evaluate": {"post": evaluate},
        "/reports": {"get": listed},
        "/reports/{id}": {"get": report},
        "/reports/{id}/confusion-matrix": {"get": matrix},
        "/reports/{id}/images": {"get": images},
    }
