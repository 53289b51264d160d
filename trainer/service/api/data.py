"""GET /data, GET /data/NAME/samples and POST /splits."""

from flask import Blueprint, Response, jsonify, request

from inkling.service.http.auth import Access, access
from inkling.service.parsing.json_body import read_json_object
from inkling.service.parsing.query import parse_choice, parse_int, parse_limit, read_query
from trainer.service.api.job_form import MAX_VALUES, parse_job
from trainer.service.api.negotiation import PNG_MEDIA_TYPE, accepts_png
from trainer.service.extensions import get_state
from trainer.settings import FitSettings

blueprint = Blueprint("data", __name__)

DEFAULT_LIMIT, MAX_LIMIT = 50, 200
MAX_PAGE = 100_000_000
MAX_WAIT = 30
"""Seconds that the list waits for new datasets to be read. Slower ones are listed without statistics."""


@blueprint.get("/data")
def list_datasets() -> Response:
    """Every dataset with its number of images and its histogram."""
    wait = parse_int("wait", read_query(request, "wait").get("wait", str(MAX_WAIT)), 0, MAX_WAIT)
    return jsonify({"data": get_state().datasets.describe_all(wait)})


@blueprint.get("/data/<name>/samples")
@access(Access.PERSONAL)
def samples(name: str) -> Response:
    """A page of labeled images, as pixels or as a PNG, by Accept."""
    query = read_query(request, "page", "limit", "label", "duplicates")
    page = parse_int("page", query["page"], 1, MAX_PAGE) if "page" in query else 1
    limit = parse_limit(query, DEFAULT_LIMIT, MAX_LIMIT)
    duplicates = parse_choice("duplicates", query.get("duplicates"), ["true"]) is not None
    png, label = accepts_png(), query.get("label")
    samples, body = get_state().datasets.samples(name, page=page, size=limit, label=label, duplicates=duplicates, png=png)
    response = Response(body, mimetype=PNG_MEDIA_TYPE) if png else jsonify(samples)
    response.vary.add("Accept")
    return response


@blueprint.post("/splits")
@access(Access.WRITE)
def split() -> Response:
    """The number of training, validation and test images of each label for given fit settings."""
    settings = read_fit_settings()
    return jsonify(get_state().datasets.split(settings))


def read_fit_settings() -> FitSettings:
    """The fit settings of a request that starts no fit. It needs write access: reading datasets takes much time."""
    read_query(request)
    settings, _ = parse_job(read_json_object(request, MAX_VALUES))
    return settings
