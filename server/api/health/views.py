"""GET /health: does the process answer, and can it read."""

from flask import Blueprint, Response, jsonify

from inkling.errors import NotReady
from server.extensions import parts

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    """The process answers."""
    return jsonify({"status": "live"})


@blueprint.get("/ready")
def ready() -> Response:
    """At least one model has answered. Raises NotReady until then."""
    models = parts().models
    if not models.loaded:
        raise NotReady(models.why_not_ready())
    refused = [{"file": name, "reason": reason} for name, reason in models.refused.items()]
    return jsonify({"status": "ready", "models": list(models.loaded), "refused": refused})
