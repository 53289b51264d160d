"""GET /jobs/ID/predictions: what the network answers, while it learns and afterwards."""

from flask import Blueprint, Response, request

from inkling.service.http.json_provider import MEDIA_TYPE
from inkling.service.parsing.query import read_query, whole_number
from trainer.service.api.snapshot import MOST_SAMPLES
from trainer.service.extensions import parts

blueprint = Blueprint("predictions", __name__)

PAGE, LARGEST_PAGE = 50, 200


@blueprint.get("/jobs/<number>/predictions")
def predictions(number: str) -> Response:
    """Images of the validation part, each with its label and what the network answers now."""
    query = read_query(request, "begin", "limit")
    begin = whole_number("begin", query.get("begin", "0"), 0, MOST_SAMPLES)
    limit = whole_number("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    parts().jobs.get(number)
    return Response(parts().jobs.predictions(number, begin=begin, limit=limit), mimetype=MEDIA_TYPE)
