"""GET /jobs/ID/snapshot: a look into the network, while it learns and afterwards."""

from flask import Blueprint

blueprint = Blueprint("snapshot", __name__)
