"""GET /jobs/ID/snapshot and /jobs/ID/predictions: the network during the fit and after it."""

from flask import Blueprint, Response, request

from inkling.service.http.auth import Access, access
from inkling.service.http.json_provider import JSON_MEDIA_TYPE
from inkling.service.parsing.query import parse_choice, parse_int, parse_limit, read_query
from trainer.service.api.negotiation import PNG_MEDIA_TYPE, accepts_png
from trainer.service.extensions import get_state

blueprint = Blueprint("inspection", __name__)

MAX_SAMPLE = 10_000_000
DEFAULT_LIMIT, MAX_LIMIT = 50, 200


@blueprint.get("/jobs/<job_id>/snapshot")
@access(Access.PERSONAL)
def snapshot(job_id: str) -> Response:
    """Activations, weights and gradients for one validation image, as JSON or as PNG, by Accept."""
    query = read_query(request, "sample", "layer", "array", "values")
    sample = parse_int("sample", query.get("sample", "0"), 0, MAX_SAMPLE)
    values = parse_choice("values", query.get("values"), ("true", "false")) != "false"
    get_state().jobs.get(job_id)
    png = accepts_png()
    body = get_state().jobs.take_snapshot(
        job_id, sample=sample, layer=query.get("layer"), array=query.get("array"), values=values, png=png
    )
    response = Response(body, mimetype=PNG_MEDIA_TYPE if png else JSON_MEDIA_TYPE)
    response.vary.add("Accept")
    return response


@blueprint.get("/jobs/<job_id>/predictions")
@access(Access.PERSONAL)
def predictions(job_id: str) -> Response:
    """A page of validation images, each with its label and the network's current prediction."""
    query = read_query(request, "begin", "limit")
    begin = parse_int("begin", query.get("begin", "0"), 0, MAX_SAMPLE)
    limit = parse_limit(query, DEFAULT_LIMIT, MAX_LIMIT)
    get_state().jobs.get(job_id)
    return Response(get_state().jobs.predict_page(job_id, begin=begin, limit=limit), mimetype=JSON_MEDIA_TYPE)
