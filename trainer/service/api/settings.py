"""/settings and /networks: what a fit can be told, and which network it would train."""

from flask import Blueprint, Response, jsonify, request

from inkling.service.parsing.query import read_query
from trainer.networks.plan import plan_network, plan_table
from trainer.service.api.data import read_settings
from trainer.service.api.setting_declarations import declarations
from trainer.service.extensions import get_state

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
def settings() -> Response:
    """Every fit setting as it is declared, and every recipe."""
    read_query(request)
    return jsonify(declarations())


@blueprint.post("/networks")
def network() -> Response:
    """The layers that some settings make on the labels of their data, without a fit."""
    settings = read_settings()
    labels = get_state().datasets.labels(settings.data)
    rows = plan_table(plan_network(settings, len(labels)))
    totals = {name: sum(row[name] for row in rows) for name in ("parameters", "multiply_adds")}
    return jsonify({"network": settings.network, "labels": labels, "layers": rows} | totals)
