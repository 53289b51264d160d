"""POST /jobs/ID/publish: a finished job's model goes into service."""

from flask import Blueprint, Response, jsonify, request

from server.bodies.json_body import json_kind, read_json_object
from server.bodies.query import read_query
from server.inference.errors import BadInput
from server.manners import require_right_to_change
from trainer.service.parts import parts

blueprint = Blueprint("publish", __name__)


@blueprint.post("/jobs/<number>/publish")
def publish(number: str) -> tuple[Response, int]:
    """Export under a name, through every gate; the server takes the file up by itself."""
    require_right_to_change()
    read_query(request)
    parts().jobs.get(number)
    body = read_json_object(request, most := 10)
    if body.keys() != {"name"} or not isinstance(body["name"], str):
        given = ", ".join(f"{key!r:.40} as {json_kind(value)}" for key, value in list(body.items())[:most])
        raise BadInput(f"Expected name as a string, and nothing else. Received {given or 'an empty object'}.")
    return jsonify(parts().press.publish(number, body["name"])), 201
