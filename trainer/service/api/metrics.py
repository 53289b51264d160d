"""GET /metrics, for Prometheus."""

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST

from trainer.service.extensions import get_state

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """The metrics of the service."""
    return Response(get_state().metrics.render(), content_type=CONTENT_TYPE_LATEST)
