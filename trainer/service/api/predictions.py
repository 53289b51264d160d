"""GET /jobs/ID/predictions: what the network answers, while it learns and afterwards."""

from flask import Blueprint, Response, request

from inkling.service.http.json_provider import JSON_MEDIA_TYPE
from inkling.service.parsing.query import parse_int, read_query
from trainer.service.api.snapshot import MOST_SAMPLES
from trainer.service.extensions import get_state

blueprint = Blueprint("predictions", __name__)

PAGE, LARGEST_PAGE = 50, 200


@blueprint.get("/jobs/<number>/predictions")
def predictions(number: str) -> Response:
    """Images of the validation part, each with its label and what the network answers now."""
    query = read_query(request, "begin", "limit")
    begin = parse_int("begin", query.get("begin", "0"), 0, MOST_SAMPLES)
    limit = parse_int("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    get_state().jobs.get(number)
    return Response(get_state().jobs.predictions(number, begin=begin, limit=limit), mimetype=JSON_MEDIA_TYPE)
