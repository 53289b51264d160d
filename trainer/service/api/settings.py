"""GET /settings and POST /networks: the fit settings, and the network that they define."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from inkling.service.http.auth import Access, access
from inkling.service.parsing.query import read_query
from trainer.networks.plan import plan_table
from trainer.recipes import RECIPES, recipe
from trainer.service.api.data import read_fit_settings
from trainer.service.extensions import get_state
from trainer.settings import COMMON_SETTINGS, MUTABLE_SETTINGS, SETTING_FIELDS, UNSUPPORTED_SETTINGS

blueprint = Blueprint("settings", __name__)

JSON_TYPES: dict[Any, str] = {int: "integer", float: "number", str: "string", tuple[str, ...]: "array"}


@blueprint.get("/settings")
def settings() -> Response:
    """settings: the declaration of every fit setting, in order. recipes: every recipe with all of its values.

    unsupported: for each optimizer, the mutable settings that it does not support, with the reason.
    """
    read_query(request)
    return jsonify(
        {
            "settings": [_declaration(name) for name in SETTING_FIELDS],
            "recipes": {name: recipe(name).to_dict() for name in RECIPES},
            "unsupported": UNSUPPORTED_SETTINGS,
        }
    )


@blueprint.post("/networks")
@access(Access.WRITE)
def network() -> Response:
    """The layers of the network for given fit settings and the labels of their data, without a fit."""
    settings = read_fit_settings()
    labels = get_state().datasets.labels(settings.data)
    rows = plan_table(settings, len(labels))
    totals = {name: sum(row[name] for row in rows) for name in ("parameters", "multiply_adds")}
    return jsonify({"network": settings.network, "labels": labels, "layers": rows} | totals)


def _declaration(name: str) -> dict[str, Any]:
    declared = SETTING_FIELDS[name]
    facts = dict(declared.metadata)
    facts["choices"] = list(RECIPES) if name == "recipe" else list(facts["choices"]) or None
    head = {"name": name, "type": JSON_TYPES[declared.type], "default": declared.default, "unit": facts.pop("unit") or None}
    return head | facts | {"common": name in COMMON_SETTINGS, "mutable": name in MUTABLE_SETTINGS}
