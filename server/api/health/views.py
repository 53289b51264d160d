"""/health: liveness and readiness."""

from flask import Blueprint, Response, jsonify

from inkling.errors import NotReady
from server.extensions import get_state

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    """The process responds."""
    return jsonify({"status": "live"})


@blueprint.get("/ready")
def ready() -> Response:
    """At least one model is loaded. Raises NotReady otherwise."""
    models = get_state().models
    if not models.loaded:
        raise NotReady(models.not_ready_reason())
    rejected = [{"file": name, "reason": reason} for name, reason in models.rejected.items()]
    return jsonify({"status": "ready", "models": list(models.loaded), "rejected": rejected})
