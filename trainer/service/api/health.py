"""GET /health/live and /health/ready."""

from flask import Blueprint, Response, jsonify

from inkling.service.http.auth import Access, access
from inkling.service.store.database import check_database
from trainer.service.extensions import get_state

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@access(Access.PUBLIC)
def live() -> Response:
    """The process responds."""
    return jsonify({"status": "live"})


@blueprint.get("/ready")
@access(Access.PUBLIC)
def ready() -> Response:
    """Jobs are accepted. Raises StoreUnavailable if the database is lost.

    running: IDs of running jobs. warm: number of worker processes that can start a fit at once.
    """
    state = get_state()
    check_database(state.jobs.store.engine)
    return jsonify({"status": "ready", "running": list(state.jobs.running), "warm": state.pool.count_ready()})
