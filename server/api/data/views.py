"""GET /data: datasets that POST /evaluate accepts by name."""

from flask import Blueprint, Response, jsonify, request

from inkling.service.parsing.query import read_query
from server.extensions import get_state

blueprint = Blueprint("data", __name__)


@blueprint.get("/data")
def list_datasets() -> Response:
    """The available datasets."""
    read_query(request)
    return jsonify({"data": get_state().datasets.describe()})
