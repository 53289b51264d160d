"""The collection /jobs and each job."""

from pathlib import Path

from flask import Blueprint, Response, jsonify, request, url_for

from inkling.service.http.auth import Access, access
from inkling.service.parsing.json_body import read_json_object
from inkling.service.parsing.query import parse_limit, read_query
from inkling.service.store.pagination import DEFAULT_LIMIT, MAX_LIMIT
from trainer.distillation.teachers import open_teachers
from trainer.service.api.job_form import MAX_VALUES, parse_job, parse_job_update
from trainer.service.extensions import get_state
from trainer.service.jobs.runner import Job

blueprint = Blueprint("jobs", __name__)


@blueprint.post("/jobs")
@access(Access.WRITE)
def submit() -> tuple[Response, int, dict[str, str]]:
    """Queue a fit."""
    read_query(request)
    settings, name = parse_job(read_json_object(request, MAX_VALUES))
    get_state().datasets.check([*settings.data, *settings.outliers])
    open_teachers(settings.teachers)
    job = get_state().jobs.submit(settings, name)
    return jsonify(encode(job)), 202, {"Location": url_for("jobs.job", job_id=job["id"])}


@blueprint.get("/jobs")
def list_jobs() -> Response:
    """A page of jobs, newest first."""
    query = read_query(request, "limit", "before")
    limit = parse_limit(query, DEFAULT_LIMIT, MAX_LIMIT)
    jobs, next_id = get_state().jobs.list_page(limit, query.get("before"))
    return jsonify({"jobs": [encode(job) for job in jobs], "next": next_id})


@blueprint.get("/jobs/<job_id>")
def job(job_id: str) -> Response:
    """A job with its current progress."""
    read_query(request)
    return jsonify(encode(get_state().jobs.get(job_id)))


@blueprint.get("/jobs/<job_id>/epochs")
def epochs(job_id: str) -> Response:
    """The completed epochs in order, without per-label and per-image details."""
    read_query(request)
    get_state().jobs.get(job_id)
    return jsonify({"epochs": get_state().logs.get(job_id).read_epochs()})


@blueprint.patch("/jobs/<job_id>")
@access(Access.WRITE)
def update(job_id: str) -> Response:
    """Change settings during the fit; pause, resume or stop the job."""
    read_query(request)
    get_state().jobs.get(job_id)
    values, state = parse_job_update(read_json_object(request, MAX_VALUES))
    return jsonify(encode(get_state().jobs.update(job_id, values, state)))


def encode(job: Job) -> Job:
    """The JSON of a job: its run folder without the path, which would reveal the folders of the machine."""
    run = Path(job["run"])
    return job | {"run": f"{run.parent.name}/{run.name}"}
