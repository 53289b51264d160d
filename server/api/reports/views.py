"""GET /reports: the reports that are kept, and their confusion matrices."""

import csv
import io

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.evaluation.metrics import shares
from inkling.plotting.confusion_matrix import confusion_png, confusion_svg
from inkling.service.http.errors import NotAcceptable
from inkling.service.http.json_provider import MEDIA_TYPE as JSON
from inkling.service.parsing.query import one_of, read_query, whole_number
from server.extensions import parts

blueprint = Blueprint("reports", __name__)

PAGE, LARGEST_PAGE = 50, 500
MEDIA_TYPES = {"json": JSON, "csv": "text/csv", "png": "image/png", "svg": "image/svg+xml"}
NORMALIZATIONS = ("true", "predicted", "all")
CORNER = "true\\predicted"
"""The first cell of the CSV: rows are true labels, columns predicted ones."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell starts that spreadsheets would compute; one with an apostrophe before it they show as it stands."""


@blueprint.get("/reports")
def page() -> Response:
    """Summaries, newest first."""
    query = read_query(request, "limit", "before", "show")
    crops = one_of("show", query.get("show"), ("crops",)) is not None
    limit = whole_number("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    reports, following = parts().reports.page(limit, query.get("before"), crops)
    return jsonify({"reports": reports, "next": following})


@blueprint.get("/reports/<name>")
def report(name: str) -> Response:
    """A report in full."""
    read_query(request)
    return jsonify(parts().reports.get(name))


@blueprint.get("/reports/<name>/confusion-matrix")
def confusion_matrix(name: str) -> Response:
    """A report's confusion matrix, in the form that the client asks for."""
    query = read_query(request, "format", "normalize")
    normalize = one_of("normalize", query.get("normalize"), NORMALIZATIONS)
    form = one_of("format", query.get("format"), list(MEDIA_TYPES)) or accepted_form()
    kept = parts().reports.get(name)
    labels, counts = kept["confusion_matrix"]["labels"], np.array(kept["confusion_matrix"]["counts"])
    if form == "json":
        body = kept["confusion_matrix"] | {"normalize": normalize}
        response = jsonify(body | ({"shares": shares(counts, normalize)} if normalize else {}))
    elif form == "csv":
        response = Response(as_csv(labels, shares(counts, normalize) if normalize else counts), mimetype=MEDIA_TYPES[form])
    else:
        draw = confusion_png if form == "png" else confusion_svg
        title = f"{kept['model']} on {kept['data']['name']}"
        response = Response(draw(labels, counts, normalize, title), mimetype=MEDIA_TYPES[form])
    response.headers["Vary"] = "Accept"
    return response


def accepted_form() -> str:
    """The form that the Accept header likes best, JSON where it likes all the same. Raises NotAcceptable."""
    best = request.accept_mimetypes.best_match(MEDIA_TYPES.values()) if request.accept_mimetypes else JSON
    if best is None:
        raise NotAcceptable(
            f"Expected to accept one of {', '.join(MEDIA_TYPES.values())}. Received {request.accept_mimetypes}."
        )
    return next(form for form, media_type in MEDIA_TYPES.items() if media_type == best)


def as_csv(labels: list[str], values: np.ndarray) -> str:
    """Values, (labels, labels), as CSV (RFC 4180): a row a true label, a column a predicted one."""
    text = io.StringIO()
    writer = csv.writer(text)
    shown = ["'" + label if label.startswith(FORMULA) else label for label in labels]
    writer.writerow([CORNER, *shown])
    writer.writerows([label, *row] for label, row in zip(shown, values.tolist(), strict=True))
    return text.getvalue()
