"""GET /data: the labelled sets that POST /evaluate takes by their name."""

from flask import Blueprint, Response, jsonify, request

from inkling.service.parsing.query import read_query
from server.extensions import parts

blueprint = Blueprint("data", __name__)


@blueprint.get("/data")
def data() -> Response:
    """What is here."""
    read_query(request)
    return jsonify({"data": parts().datasets.described()})
