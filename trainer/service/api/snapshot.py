"""GET /jobs/ID/snapshot: a look into the network, while it learns and afterwards."""

from flask import Blueprint, Response, request

from inkling.service.http.json_provider import JSON_MEDIA_TYPE as JSON
from inkling.service.parsing.query import parse_choice, parse_int, read_query
from trainer.service.api.accept import PNG, accepts_png
from trainer.service.extensions import get_state

blueprint = Blueprint("snapshot", __name__)

MOST_SAMPLES = 10_000_000


@blueprint.get("/jobs/<number>/snapshot")
def snapshot(number: str) -> Response:
    """Activations, weights and their gradients at an image of the validation part, as numbers or as a picture, by Accept."""
    query = read_query(request, "sample", "layer", "what", "values")
    sample = parse_int("sample", query.get("sample", "0"), 0, MOST_SAMPLES)
    values = parse_choice("values", query.get("values"), ("true", "false")) != "false"
    get_state().jobs.get(number)
    png = accepts_png()
    body = get_state().jobs.look(
        number, sample=sample, layer=query.get("layer"), what=query.get("what"), values=values, png=png
    )
    response = Response(body, mimetype=PNG if png else JSON)
    response.vary.add("Accept")
    return response
