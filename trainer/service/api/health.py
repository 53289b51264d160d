"""GET /health/live and /health/ready."""

from flask import Blueprint, Response, jsonify

from trainer.service.extensions import get_state

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    """The process responds."""
    return jsonify({"status": "live"})


@blueprint.get("/ready")
def ready() -> Response:
    """Jobs are accepted. running: IDs of running jobs; warm: number of worker processes that can start a fit at once."""
    return jsonify({"status": "ready", "running": list(get_state().jobs.running), "warm": get_state().pool.count_ready()})
