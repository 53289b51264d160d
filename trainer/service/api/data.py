"""/data and /splits: what can be trained on, and how it would be parted."""

from flask import Blueprint, Response, jsonify, request

from inkling.service.http.auth import require_write_access
from inkling.service.parsing.json_body import read_json_object
from inkling.service.parsing.query import parse_int, read_query
from trainer.service.api.accept import PNG, accepts_png
from trainer.service.api.job_form import read_job
from trainer.service.api.jobs import MOST_VALUES
from trainer.service.extensions import get_state
from trainer.settings import FitSettings

blueprint = Blueprint("data", __name__)

PAGE, LARGEST_PAGE = 50, 200
MOST_PAGES = 100_000_000


@blueprint.get("/data")
def sets() -> Response:
    """Every labelled set with its count and histogram."""
    read_query(request)
    return jsonify({"data": get_state().datasets.described()})


@blueprint.get("/data/<name>/samples")
def samples(name: str) -> Response:
    """A page of labelled images, as pixels or as a PNG, by Accept."""
    query = read_query(request, "page", "limit", "label")
    page = parse_int("page", query["page"], 1, MOST_PAGES) if "page" in query else 1
    limit = parse_int("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    png = accepts_png()
    told, body = get_state().datasets.samples(name, page=page, size=limit, label=query.get("label"), png=png)
    response = Response(body, mimetype=PNG) if png else jsonify(told)
    response.vary.add("Accept")
    return response


@blueprint.post("/splits")
def split() -> Response:
    """How many images of each label a fit with some settings would train on, validate by and test by."""
    settings = read_settings()
    return jsonify(get_state().datasets.split(settings.data, settings.seed, settings.validation_split))


def read_settings() -> FitSettings:
    """The fit settings of a request that begins no fit.

    Names and paths that GET /data lists are for all; into another path of this machine may look who may begin a fit on it.
    """
    read_query(request)
    settings, _ = read_job(read_json_object(request, MOST_VALUES))
    if not get_state().datasets.are_listed(settings.data):
        require_write_access()
    return settings
