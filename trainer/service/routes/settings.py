"""/settings and /networks: what a fit can be told, and which network it would train."""

from flask import Blueprint, Response, jsonify, request

from server.bodies.json_body import read_json_object
from server.bodies.query import read_query
from trainer.networks.plan import plan, table
from trainer.service.declarations import declarations
from trainer.service.form import read_job
from trainer.service.parts import parts
from trainer.service.routes.jobs import MOST_VALUES

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
def settings() -> Response:
    """Every fit setting as it is declared, and every recipe."""
    read_query(request)
    return jsonify(declarations())


@blueprint.post("/networks")
def network() -> Response:
    """The layers that some settings make on the labels of their data, without a fit."""
    read_query(request)
    settings, _ = read_job(read_json_object(request, MOST_VALUES))
    labels = parts().datasets.labels(settings.data)
    rows = table(plan(settings, len(labels)))
    totals = {name: sum(row[name] for row in rows) for name in ("parameters", "multiply_adds")}
    return jsonify({"network": settings.network, "labels": labels, "layers": rows} | totals)
