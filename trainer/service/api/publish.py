"""POST /jobs/ID/publish: exports a job's model and publishes it to the server."""

from flask import Blueprint, Request, Response, jsonify, request

from inkling.errors import InvalidInput
from inkling.models.traffic import parse_share
from inkling.service.http.auth import Access, access
from inkling.service.parsing.json_body import read_json_object
from inkling.service.parsing.query import read_query
from trainer.service.extensions import get_state

blueprint = Blueprint("publish", __name__)

MAX_VALUES = 10


@blueprint.post("/jobs/<job_id>/publish")
@access(Access.WRITE)
def publish(job_id: str) -> tuple[Response, int]:
    """Export the model under a name. A running server loads it without a restart."""
    read_query(request)
    get_state().jobs.get(job_id)
    name, canary = read_publication(request)
    return jsonify(get_state().publisher.publish_job(job_id, name, canary)), 201


def read_publication(request: Request) -> tuple[str, float | None]:
    """The model name and the share of a canary in a JSON body {"name": …, "canary": …}. Raises InvalidInput."""
    body = read_json_object(request, MAX_VALUES)
    if not {"name"} <= body.keys() <= {"name", "canary"} or not isinstance(body["name"], str):
        raise InvalidInput('The body must be {"name": NAME}, the name of the model as a string, and may have "canary": SHARE.')
    return body["name"], parse_share(body["canary"], "canary") if "canary" in body else None


def read_model_name(request: Request) -> str:
    """The model name in a JSON body {"name": …}; the export validates the name itself. Raises InvalidInput."""
    body = read_json_object(request, MAX_VALUES)
    if body.keys() != {"name"} or not isinstance(body["name"], str):
        raise InvalidInput('The body must be {"name": NAME}, the name of the model as a string.')
    return body["name"]
