"""POST /evaluate: a labelled set -> a report, which is kept."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request, stream_with_context

from inkling.evaluation.report import Scoring
from inkling.evaluation.scored_images import Answered
from inkling.models.crops import CHOICES
from inkling.service.http.error_handlers import what_failed
from inkling.service.http.errors import Busy
from inkling.service.http.json_provider import MEDIA_TYPE as JSON
from inkling.service.http.json_provider import dumps
from inkling.service.http.security_headers import require_right_to_change
from inkling.service.parsing.query import one_of, read_query
from server.api.parsing.dataset_upload import read_labelled_set
from server.extensions import Parts, parts
from server.services.model_registry import Model

EVENTS = "application/x-ndjson"
"""A line of JSON an event, for clients that ask for it by name."""

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
    with ExitStack() as held:
        held.callback(places.release)
        data = read_labelled_set(request, parts().settings, parts().datasets.load, query.get("name"))
        scoring = Scoring(model.predictor, data, crops)
        if request.accept_mimetypes.best_match([JSON, EVENTS]) == EVENTS:
            response = Response(stream_with_context(events(scoring, model, parts())), mimetype=EVENTS)
            response.call_on_close(held.pop_all().close)  # also where the client is gone before the first line
            return response
        for _ in scoring:
            continue
        report = keep(scoring, model, parts())
    response = jsonify(report)
    response.status_code = 201
    response.headers["Location"] = f"/reports/{report['id']}"
    return response


def events(scoring: Scoring, model: Model, parts: Parts) -> Iterator[bytes]:
    """Lines of JSON: how far it is, over and over, then the report, or what failed."""
    try:
        for progress in scoring:
            yield line("progress", **asdict(progress))
        yield line("report", report=keep(scoring, model, parts))
    except Exception as error:  # the answer has begun, and its status can tell nothing any more
        code, message = what_failed(error)
        yield line("failed", error={"code": code, "message": message})


def line(event: str, **content: Any) -> bytes:
    """One event."""
    return dumps({"event": event} | content) + b"\n"


def keep(scoring: Scoring, model: Model, parts: Parts) -> dict[str, Any]:
    """The report of a set that is scored, kept with its images."""
    report = scoring.report() | {"model": model.name}
    most = parts.settings.max_report_images
    images = Answered.of(model.predictor.card, scoring.data, scoring.probabilities, most) if most else None
    parts.metrics.evaluated(model, len(scoring.data), report["seconds"])
    parts.reports.add(report, images and images.pack())
    return report
