"""GET /models: what is loaded, and what each model says about itself."""

from flask import Blueprint, Response, jsonify, request

from server.bodies.query import read_query
from server.models import Model
from server.parts import parts

blueprint = Blueprint("models", __name__)


@blueprint.get("/models")
def models() -> Response:
    """Every loaded model, with what tells them apart."""
    read_query(request)
    loaded = parts().models.loaded.values()
    return jsonify({"default": parts().models.default, "models": [summary(model) for model in loaded]})


@blueprint.get("/models/<name>")
def card(name: str) -> Response:
    """A model's card as it stands in the file."""
    read_query(request)
    return jsonify(parts().models.find(name).predictor.card.fields)


@blueprint.get("/models/<name>/report")
def report(name: str) -> Response:
    """The report that a model was exported with."""
    read_query(request)
    return jsonify(parts().models.find(name).predictor.card.fields["report"])


def summary(model: Model) -> dict:
    """The parts of a card that tell models apart, and the file's fingerprint."""
    card = model.predictor.card
    report = card.fields["report"]
    return {
        "name": model.name,
        "created": card.created,
        "labels": card.labels,
        "crops": card.offsets,
        "sha256": model.sha256,
        "accuracy": report.get("accuracy") if isinstance(report, dict) else None,
    }
