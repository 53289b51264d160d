"""POST /jobs/ID/publish: a finished job's model goes into service."""

from flask import Blueprint, Response, jsonify, request

from inkling.service.http.security_headers import require_right_to_change
from inkling.service.parsing.query import read_query
from trainer.service.api.publish_form import read_publish
from trainer.service.extensions import parts

blueprint = Blueprint("publish", __name__)


@blueprint.post("/jobs/<number>/publish")
def publish(number: str) -> tuple[Response, int]:
    """Export under a name, through every gate; the server takes the file up by itself."""
    require_right_to_change()
    read_query(request)
    parts().jobs.get(number)
    return jsonify(parts().press.publish(number, read_publish(request))), 201
