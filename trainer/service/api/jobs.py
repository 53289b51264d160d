"""/jobs: fits that wait, run or are over."""

from flask import Blueprint, Response, jsonify, request, url_for

from inkling.service.http.auth import require_write_access
from inkling.service.parsing.json_body import read_json_object
from inkling.service.parsing.query import parse_int, read_query
from trainer.distillation.teachers import open_teachers
from trainer.service.api.job_form import read_change, read_job
from trainer.service.extensions import get_state

blueprint = Blueprint("jobs", __name__)

PAGE, LARGEST_PAGE = 50, 500
MOST_VALUES = 1_000
"""Numbers and texts in a body; there are 28 settings."""


@blueprint.post("/jobs")
def submit() -> tuple[Response, int, dict[str, str]]:
    """Queue a fit."""
    require_write_access()
    read_query(request)
    settings, name = read_job(read_json_object(request, MOST_VALUES))
    get_state().datasets.check([*settings.data, *settings.outliers])
    open_teachers(settings.teachers)
    job = get_state().jobs.submit(settings, name)
    return jsonify(job), 202, {"Location": url_for("jobs.job", number=job["id"])}


@blueprint.get("/jobs")
def page() -> Response:
    """Jobs, newest first."""
    query = read_query(request, "limit", "before")
    limit = parse_int("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    jobs, following = get_state().jobs.page(limit, query.get("before"))
    return jsonify({"jobs": jobs, "next": following})


@blueprint.get("/jobs/<number>")
def job(number: str) -> Response:
    """A job as it stands."""
    read_query(request)
    return jsonify(get_state().jobs.get(number))


@blueprint.get("/jobs/<number>/epochs")
def epochs(number: str) -> Response:
    """Each whole epoch, in order, without what is told of single labels and images."""
    read_query(request)
    get_state().jobs.get(number)
    return jsonify({"epochs": get_state().logs.of(number).epochs()})


@blueprint.patch("/jobs/<number>")
def change(number: str) -> Response:
    """Steer a job, pause it, go on with it, stop it."""
    require_write_access()
    read_query(request)
    get_state().jobs.get(number)
    values, state = read_change(read_json_object(request, MOST_VALUES))
    return jsonify(get_state().jobs.change(number, values, state))
