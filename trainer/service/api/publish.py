"""POST /jobs/ID/publish: a finished job's model goes into service."""

from flask import Blueprint, Response, jsonify, request

from inkling.service.http.auth import require_write_access
from inkling.service.parsing.query import read_query
from trainer.service.api.publish_form import read_publish
from trainer.service.extensions import get_state

blueprint = Blueprint("publish", __name__)


@blueprint.post("/jobs/<number>/publish")
def publish(number: str) -> tuple[Response, int]:
    """Export under a name, through every gate; the server takes the file up by itself."""
    require_write_access()
    read_query(request)
    get_state().jobs.get(number)
    return jsonify(get_state().press.publish(number, read_publish(request))), 201
