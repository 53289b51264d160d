"""The OpenAPI specification of /reports."""

from typing import Any

from inkling.evaluation.scored_images import SORT_ORDERS
from inkling.models.confidence import SCORES
from inkling.service.openapi.links import links
from inkling.service.openapi.operation import (
    FILE,
    JSON,
    ok_response,
    operation,
    page_parameters,
    path_parameter,
    query_parameter,
)
from inkling.service.openapi.schemas import (
    COUNT,
    FRACTION,
    IMAGE,
    KNOWN,
    LABEL,
    OFFSETS,
    PROBABILITIES,
    PROBABILITY,
    SHA256,
    TIME,
    Schema,
    array_schema,
    object_schema,
    ref,
)
from inkling.service.store.pagination import MAX_LIMIT
from server.api.reports.views import BOOLEANS, MAX_POINTS, MEDIA_TYPES, NORMALIZATIONS
from server.settings import Settings

REPORT_ID = path_parameter("id", "The ID of a report, or `latest`.")
REPORT_OPERATIONS = ("get_report", "get_confusion_matrix", "list_report_images", "get_report_embedding")
ORDER = "In dataset order; by descending confidence; by ascending confidence; mistakes only, by descending confidence."
SUMMARY: dict[str, Schema] = {
    "id": {"type": "string", "pattern": "^[0-9a-f]+$"},
    "model": LABEL,
    "created": TIME,
    "data": object_schema({"name": {"type": "string"}, "n": COUNT, "sha256": SHA256}),
    "accuracy": FRACTION,
    "loss": {"type": "number", "minimum": 0},
    "seconds": {"type": "number", "minimum": 0},
}


def paths(settings: Settings) -> dict[str, Any]:
    """Path -> method -> operation."""
    show = query_parameter("show", {"type": "string", "enum": ["crops"]}, "Adds the crops of each report.")
    listing = operation(
        "Evaluation",
        "List reports, newest first",
        ok_response("A page of summaries.", ref("Reports"), links=links(REPORT_OPERATIONS, id="$response.body#/reports/0/id")),
        (400, 404),
        operationId="list_reports",
        parameters=[*page_parameters("report"), show],
    )
    report = operation(
        "Evaluation",
        "Get a report",
        ok_response("The report.", ref("Report")),
        (400, 404),
        operationId="get_report",
        parameters=[REPORT_ID],
    )
    formats: dict[str, Any] = {JSON: {"schema": ref("NormalizedConfusionMatrix")}, "text/csv": {"schema": {"type": "string"}}}
    formats |= {MEDIA_TYPES[format]: {"schema": FILE} for format in ("png", "svg")}
    matrix = operation(
        "Evaluation",
        "Get a report's confusion matrix",
        {"200": {"description": "Rows are true labels, columns predicted labels.", "content": formats}},
        (400, 404, 406),
        "As JSON, CSV, PNG or SVG, by the query parameter `format` or else by `Accept`.",
        operationId="get_confusion_matrix",
        parameters=[
            REPORT_ID,
            query_parameter("format", {"type": "string", "enum": list(MEDIA_TYPES)}, "Takes precedence over Accept."),
            query_parameter(
                "normalize",
                {"type": "string", "enum": list(NORMALIZATIONS)},
                "Divide by the sum of each row (true), of each column (predicted), or of all cells.",
            ),
        ],
    )
    images = operation(
        "Evaluation",
        "List images of a report",
        ok_response("A page of images with the model's predictions.", ref("ReportImages")),
        (400, 404),
        f"The newest {settings.max_reports_with_images:,} reports store at most {settings.max_report_images:,} images each, "
        "mistakes first. `true=4&predicted=9` lists those in one cell of the confusion matrix.",
        operationId="list_report_images",
        parameters=[
            REPORT_ID,
            query_parameter("index", COUNT, "Only the image with this index in the dataset."),
            query_parameter("true", LABEL, "Only images with this label."),
            query_parameter("predicted", LABEL, "Only images for which this label was predicted."),
            query_parameter(
                "known", {"type": "string", "enum": list(BOOLEANS)}, "Only known predictions, or only unknown ones."
            ),
            query_parameter("order", {"type": "string", "enum": list(SORT_ORDERS), "default": SORT_ORDERS[0]}, ORDER),
            page_parameters("image")[0],
            query_parameter("before", COUNT, "Continue after the image with this index: `next` of the previous page."),
        ],
    )
    embedding = operation(
        "Evaluation",
        "Embed the images of a report",
        ok_response("Points in the plane.", ref("ReportEmbedding")),
        (400, 404),
        f"At most {MAX_POINTS:,} stored images as points that are close where the predictions are similar: principal component "
        "analysis of the logits. true and predicted are indices of labels.",
        operationId="get_report_embedding",
        parameters=[REPORT_ID],
    )
    return {
        "/reports": {"get": listing},
        "/reports/{id}": {"get": report},
        "/reports/{id}/confusion-matrix": {"get": matrix},
        "/reports/{id}/images": {"get": images},
        "/reports/{id}/embedding": {"get": embedding},
    }


def schemas() -> dict[str, Schema]:
    """The named schemas of these paths."""
    matrix = {
        "labels": array_schema(LABEL),
        "rows": {"const": "true"},
        "columns": {"const": "predicted"},
        "counts": array_schema(array_schema(COUNT), "counts[i][j]: how often label i was predicted as label j."),
    }
    normalized = {
        "normalize": {"type": ["string", "null"], "enum": [None, *NORMALIZATIONS]},
        "normalized": array_schema(array_schema(FRACTION), "With normalize: the normalized counts."),
    }
    listed = object_schema(SUMMARY | {"crops": OFFSETS}, optional=("crops",))
    return {
        "Report": _report(),
        "Reports": object_schema({"reports": array_schema(listed), "next": {"type": ["string", "null"]}}),
        "ConfusionMatrix": object_schema(matrix),
        "NormalizedConfusionMatrix": object_schema(matrix | normalized, optional=("normalized",)),
        "ReportImages": _images(),
        "ReportEmbedding": _embedding(),
    }


def _report() -> Schema:
    metrics = {"precision": FRACTION, "recall": FRACTION, "f1": FRACTION}
    batch = {"done": COUNT, "accuracy": FRACTION, "loss": {"type": "number", "minimum": 0}}
    bin_ = {"from": FRACTION, "to": FRACTION, "n": COUNT, "confidence": PROBABILITY, "accuracy": FRACTION}
    calibration = {
        "error": FRACTION | {"description": "Expected calibration error: mean |accuracy - confidence| over all images."},
        "bins": array_schema(object_schema(bin_), "Bins of equal width, left-open; empty ones are left out."),
    }
    known = {
        "threshold": PROBABILITY | {"description": "The threshold in the model card."},
        "score": {"enum": list(SCORES), "description": "The score that is compared with it."},
        "rejected": FRACTION | {"description": "Fraction of the dataset with a score below the threshold."},
        "roc_auc": FRACTION | {"description": "Area under the ROC curve of the score, dataset against outliers."},
        "outliers": COUNT | {"description": "Number of images that belong to none of the labels, scored in addition."},
        "outliers_rejected": FRACTION,
    }
    mistake = {"index": COUNT, "true": LABEL, "predicted": LABEL, "confidence": PROBABILITY}
    report = {
        "version": LABEL | {"description": "The version of the model."},
        "crops": OFFSETS,
        "batches": array_schema(object_schema(batch), "Metrics of consecutive batches; `done` counts images up to their end."),
        "calibration": object_schema(calibration),
        "known": object_schema(known, optional=("roc_auc", "outliers", "outliers_rejected")),
        "macro": object_schema(metrics),
        "classes": array_schema(object_schema({"label": LABEL, "n": COUNT, **metrics})),
        "confusion_matrix": ref("ConfusionMatrix"),
        "mistakes": array_schema(
            object_schema(mistake), "By descending confidence. The index counts the images of the dataset without blank ones."
        ),
    }
    return object_schema(SUMMARY | report, optional=("version", "calibration", "known", "batches"))  # absent in older reports


def _images() -> Schema:
    image = {
        "index": COUNT,
        "true": LABEL,
        "predicted": LABEL,
        "confidence": PROBABILITY,
        "known": KNOWN,
        "probabilities": PROBABILITIES,
        "image": IMAGE,
    }
    page = {
        "report": LABEL,
        "labels": array_schema(LABEL),
        "order": {"enum": list(SORT_ORDERS)},
        "stored": COUNT | {"description": "Images stored with the report."},
        "n": COUNT | {"description": "Stored images that match the query."},
        "images": array_schema(object_schema(image), maxItems=MAX_LIMIT),
        "next": {"type": ["integer", "null"]},
    }
    return object_schema(page)


def _embedding() -> Schema:
    point = array_schema({"type": "number"}, minItems=2, maxItems=2)
    embedding = {
        "report": LABEL,
        "labels": array_schema(LABEL),
        "explained_variance": array_schema(FRACTION, "Of each axis, of the total variance.", minItems=2, maxItems=2),
        "index": array_schema(COUNT, "Position of each image in the dataset.", maxItems=MAX_POINTS),
        "true": array_schema(COUNT),
        "predicted": array_schema(COUNT),
        "points": array_schema(point, "[x, y] of each image."),
    }
    return object_schema(embedding)
