"""GET /metrics, for Prometheus."""

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST

from server.extensions import parts

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """What all worker processes count together."""
    return Response(parts().metrics.text(), content_type=CONTENT_TYPE_LATEST)
