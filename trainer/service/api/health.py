"""GET /health: does the service answer, and can it fit."""

from flask import Blueprint, Response, jsonify

from trainer.service.extensions import get_state

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    """The process answers."""
    return jsonify({"status": "live"})


@blueprint.get("/ready")
def ready() -> Response:
    """Jobs are taken; warm: how many processes have loaded all that a fit needs."""
    return jsonify({"status": "ready", "running": list(get_state().jobs.running), "warm": get_state().pool.loaded()})
