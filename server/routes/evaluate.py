"""POST /evaluate: a labelled set -> a report, which is kept."""

from flask import Blueprint, Response, jsonify, request

from server.bodies.labelled import read_labelled_set
from server.bodies.query import one_of, read_query
from server.errors import Busy
from server.inference.crops import CHOICES
from server.inference.report import score
from server.manners import require_right_to_change
from server.parts import parts

blueprint = Blueprint("evaluate", __name__)


@blueprint.before_request
def bound_body() -> None:
    """A labelled set may be larger than a picture."""
    request.max_content_length = parts().settings.max_evaluate_bytes


@blueprint.post("/evaluate")
def evaluate() -> Response:
    """Score a labelled set and keep the report."""
    require_right_to_change()
    query = read_query(request, "model", "crops", "name")
    crops = one_of("crops", query.get("crops"), CHOICES) or "4"
    model = parts().models.find(query.get("model"))
    places = parts().evaluations
    if not places.acquire(blocking=False):
        raise Busy("Expected a moment without other evaluations. Received one more than this process takes at once.")
    try:
        data = read_labelled_set(request, parts().settings, query.get("name"))
        report = score(model.predictor, data, crops) | {"model": model.name}
    finally:
        places.release()
    parts().metrics.evaluated(model, len(data), report["seconds"])
    parts().reports.add(report)
    response = jsonify(report)
    response.status_code = 201
    response.headers["Location"] = f"/reports/{report['id']}"
    return response
