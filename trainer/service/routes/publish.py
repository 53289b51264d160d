"""POST /jobs/ID/publish: a finished job's model goes into service."""

from flask import Blueprint, Response, jsonify, request

from server.bodies.query import read_query
from server.manners import require_right_to_change
from trainer.service.parts import parts
from trainer.service.publish_form import read_publish

blueprint = Blueprint("publish", __name__)


@blueprint.post("/jobs/<number>/publish")
def publish(number: str) -> tuple[Response, int]:
    """Export under a name, through every gate; the server takes the file up by itself."""
    require_right_to_change()
    read_query(request)
    parts().jobs.get(number)
    return jsonify(parts().press.publish(number, read_publish(request))), 201
