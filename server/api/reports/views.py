"""/reports: stored reports, their confusion matrices and their images."""

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.evaluation.embedding import embed_predictions
from inkling.evaluation.metrics import normalize_confusion_matrix
from inkling.evaluation.scored_images import SORT_ORDERS, ScoredImages
from inkling.plotting.confusion_matrix import confusion_matrix_png, confusion_matrix_svg
from inkling.service.http.auth import Access, access
from inkling.service.http.errors import NotAcceptable
from inkling.service.http.json_provider import JSON_MEDIA_TYPE
from inkling.service.parsing.query import parse_choice, parse_int, parse_limit, read_query
from inkling.service.store.pagination import DEFAULT_LIMIT, MAX_LIMIT
from server.extensions import get_state
from server.services.confusion_matrix_csv import confusion_matrix_csv
from server.services.report_images import ReportImageQuery, find_images

blueprint = Blueprint("reports", __name__)

MEDIA_TYPES = {"json": JSON_MEDIA_TYPE, "csv": "text/csv", "png": "image/png", "svg": "image/svg+xml"}
"""Formats of the confusion matrix."""

NORMALIZATIONS = ("true", "predicted", "all")
BOOLEANS = {"true": True, "false": False}

MAX_INDEX = 999_999_999

MAX_POINTS, POINT_DECIMALS = 2_000, 3
"""Of an embedding. More points would cover each other."""


@blueprint.get("/reports")
def list_reports() -> Response:
    """Summaries, newest first."""
    query = read_query(request, "limit", "before", "show")
    with_crops = parse_choice("show", query.get("show"), ("crops",)) is not None
    reports, following = get_state().reports.list_page(
        parse_limit(query, DEFAULT_LIMIT, MAX_LIMIT), query.get("before"), with_crops
    )
    return jsonify({"reports": reports, "next": following})


@blueprint.get("/reports/<id>")
def get_report(id: str) -> Response:
    """A report."""
    read_query(request)
    return jsonify(get_state().reports.get(id))


@blueprint.get("/reports/<id>/confusion-matrix")
def get_confusion_matrix(id: str) -> Response:
    """A report's confusion matrix as JSON, CSV, PNG or SVG."""
    query = read_query(request, "format", "normalize")
    normalize = parse_choice("normalize", query.get("normalize"), NORMALIZATIONS)
    format = parse_choice("format", query.get("format"), list(MEDIA_TYPES)) or accepted_format()
    report = get_state().reports.get(id)
    matrix = report["confusion_matrix"]
    labels, counts = matrix["labels"], np.array(matrix["counts"])
    values = normalize_confusion_matrix(counts, normalize) if normalize else counts
    if format == "json":
        response = jsonify(matrix | {"normalize": normalize} | ({"normalized": values} if normalize else {}))
    elif format == "csv":
        response = Response(confusion_matrix_csv(labels, values), mimetype=MEDIA_TYPES[format])
    else:
        draw = confusion_matrix_png if format == "png" else confusion_matrix_svg
        title = f"{report['model']} on {report['data']['name']}"
        response = Response(draw(labels, counts, normalize, title), mimetype=MEDIA_TYPES[format])
    response.headers["Vary"] = "Accept"
    return response


@blueprint.get("/reports/<id>/images")
@access(Access.PERSONAL)
def get_images(id: str) -> Response:
    """A page of a report's images with the model's predictions."""
    query = read_query(request, "index", "true", "predicted", "known", "order", "limit", "before")
    order = parse_choice("order", query.get("order"), SORT_ORDERS) or SORT_ORDERS[0]
    known = BOOLEANS.get(parse_choice("known", query.get("known"), list(BOOLEANS)) or "")
    limit = parse_limit(query, DEFAULT_LIMIT, MAX_LIMIT)
    index = parse_int("index", query["index"], 0, MAX_INDEX) if "index" in query else None
    report, packed = get_state().reports.get_images(id)
    labels = report["confusion_matrix"]["labels"]
    true, predicted = (_label_index(name, query.get(name), labels) for name in ("true", "predicted"))
    images = ScoredImages.from_bytes(packed)
    page = find_images(images, labels, ReportImageQuery(index, order, true, predicted, known, limit, query.get("before")))
    return jsonify(
        {
            "report": report["id"],
            "labels": labels,
            "order": order,
            "stored": page.stored,
            "n": page.matching,
            "images": page.images,
            "next": page.next,
        }
    )


@blueprint.get("/reports/<id>/embedding")
@access(Access.PERSONAL)
def get_embedding(id: str) -> Response:
    """A report's images as points in the plane, close where the predictions are similar."""
    read_query(request)
    report, packed = get_state().reports.get_images(id)
    images = ScoredImages.from_bytes(packed).take(MAX_POINTS)
    embedding = embed_predictions(images.probabilities)
    return jsonify(
        {
            "report": report["id"],
            "labels": report["confusion_matrix"]["labels"],
            "explained_variance": embedding.explained_variance,
            "index": images.index,
            "true": images.targets,
            "predicted": images.probabilities.argmax(1),
            "points": embedding.points.round(POINT_DECIMALS),
        }
    )


def accepted_format() -> str:
    """The format that the Accept header prefers, JSON if it has no preference. Raises NotAcceptable."""
    accept = request.accept_mimetypes
    best = accept.best_match(MEDIA_TYPES.values()) if accept else JSON_MEDIA_TYPE
    if best is None:
        raise NotAcceptable(f"Accept: none of the types is available. Available: {', '.join(MEDIA_TYPES.values())}.")
    return next(format for format, media_type in MEDIA_TYPES.items() if media_type == best)


def _label_index(name: str, label: str | None, labels: list[str]) -> int | None:
    """A label's index in the report. Raises InvalidInput."""
    return None if label is None or parse_choice(name, label, labels) is None else labels.index(label)
