"""/models: loaded models, their cards and reports, and rollback."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from inkling.service.http.auth import Access, access
from inkling.service.parsing.query import read_query
from server.extensions import get_state
from server.services.loaded_model import LoadedModel
from server.services.model_registry import ModelRegistry

blueprint = Blueprint("models", __name__)


@blueprint.get("/models")
def list_models() -> Response:
    """Summaries of all loaded models."""
    read_query(request)
    models = get_state().models
    return jsonify({"default": models.default, "models": [encode(model, models) for model in models.loaded.values()]})


@blueprint.get("/models/<name>")
def get_card(name: str) -> Response:
    """A model's card, as in its file."""
    read_query(request)
    return jsonify(get_state().models.find(name).predictor.card.raw)


@blueprint.get("/models/<name>/report")
def get_card_report(name: str) -> Response:
    """The report in a model's card."""
    read_query(request)
    return jsonify(get_state().models.find(name).predictor.card.raw["report"])


@blueprint.post("/models/<name>/rollback")
@access(Access.WRITE)
def rollback(name: str) -> Response:
    """Restore the previous version. This process serves it at once, other processes within two seconds."""
    read_query(request)
    models = get_state().models
    return jsonify(encode(models.rollback(name), models))


def encode(model: LoadedModel, models: ModelRegistry) -> dict[str, Any]:
    """The JSON of a model: a summary of its card, the hash of its file, and its previous versions."""
    card = model.predictor.card
    report = card.raw["report"]
    return {
        "name": model.name,
        "created": card.created,
        "labels": card.labels,
        "crops": card.offsets,
        "sha256": model.sha256,
        "accuracy": report.get("accuracy") if isinstance(report, dict) else None,
        "versions": [
            {"number": version.number, "sha256": version.sha256, "published": version.published}
            for version in models.repository.versions(model.name)
        ],
    }
