"""POST /evaluate: evaluate a model on a labeled dataset."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request, stream_with_context

from inkling.models.crops import CROP_CHOICES
from inkling.service.http.auth import Access, access
from inkling.service.http.error_handlers import describe_error
from inkling.service.http.json_provider import JSON_MEDIA_TYPE, dumps
from inkling.service.parsing.query import parse_choice, read_query
from server.api.headers import name_model, record_model
from server.api.parsing.dataset_upload import read_dataset
from server.extensions import get_state
from server.services.evaluation import Evaluation

EVENT_MEDIA_TYPE = "application/x-ndjson"
"""Clients that accept it get one JSON object per line while the evaluation runs."""

blueprint = Blueprint("evaluate", __name__)


@blueprint.before_request
def limit_body() -> None:
    """A dataset may be larger than other bodies."""
    request.max_content_length = get_state().settings.max_evaluate_bytes


@blueprint.post("/evaluate")
@access(Access.WRITE)
def evaluate() -> Response:
    """Evaluate a model and store the report."""
    state = get_state()
    query = read_query(request, "model", "version", "crops", "name")
    crops = parse_choice("crops", query.get("crops"), CROP_CHOICES) or "4"
    model = state.models.find(query.get("model"), query.get("version"))
    with ExitStack() as stack:
        stack.enter_context(state.evaluations.reserve_slot())
        with state.evaluations.reading:
            dataset = read_dataset(request, state.settings, state.datasets.load, query.get("name"))
        record_model(model)
        evaluation = state.evaluations.start(model, dataset, crops)
        if request.accept_mimetypes.best_match([JSON_MEDIA_TYPE, EVENT_MEDIA_TYPE]) == EVENT_MEDIA_TYPE:
            response = Response(stream_with_context(encode_events(evaluation)), mimetype=EVENT_MEDIA_TYPE)
            response.call_on_close(stack.pop_all().close)  # also if the client disconnects before the first event
            name_model(response.headers, model)
            return response
        for _ in evaluation:
            continue
        report = evaluation.finish()
    response = jsonify(report)
    response.status_code = 201
    name_model(response.headers, model)
    response.headers["Location"] = f"/reports/{report['id']}"
    return response


def encode_events(evaluation: Evaluation) -> Iterator[bytes]:
    """Lines of JSON: progress events, then the report or an error."""
    try:
        for progress in evaluation:
            yield encode_event("progress", **asdict(progress))
        yield encode_event("report", report=evaluation.finish())
    except Exception as error:  # the status line has been sent, so the error becomes an event
        code, message = describe_error(error)
        yield encode_event("failed", error={"code": code, "message": message})


def encode_event(event: str, **content: Any) -> bytes:
    """One line."""
    return dumps({"event": event} | content) + b"\n"
