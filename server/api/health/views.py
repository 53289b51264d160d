"""/health: liveness and readiness."""

from flask import Blueprint, Response, jsonify

from inkling.errors import NotReady
from inkling.service.http.auth import Access, access
from inkling.service.store.database import check_database
from server.extensions import get_state

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@access(Access.PUBLIC)
def live() -> Response:
    """The process responds."""
    return jsonify({"status": "live"})


@blueprint.get("/ready")
@access(Access.PUBLIC)
def ready() -> Response:
    """At least one model is loaded and the database is not lost. Raises NotReady or StoreUnavailable otherwise.

    A database that is locked or unreachable for some time does not matter here: predictions need none.
    """
    state = get_state()
    models = state.models
    if not models.loaded:
        raise NotReady(models.not_ready_reason())
    check_database(state.feedback.engine)
    rejected = [{"file": name, "reason": reason} for name, reason in models.problems.items()]
    return jsonify({"status": "ready", "models": list(models.loaded), "rejected": rejected})
