"""GET /models: what is loaded, and what each model says about itself. POST /models/NAME/rollback: the version before."""

from flask import Blueprint, Response, jsonify, request

from inkling.service.http.security_headers import require_right_to_change
from inkling.service.parsing.query import read_query
from server.extensions import parts
from server.services.model_registry import Model

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


@blueprint.post("/models/<name>/rollback")
def rollback(name: str) -> Response:
    """Go back to the version before. This process answers with it from now on, the others within two seconds."""
    require_right_to_change()
    read_query(request)
    models = parts().models
    if not models.shelf.versions(name):
        models.find(name)  # an unknown name is told as everywhere
    models.shelf.roll_back(name)
    models.take(models.shelf.place(name))
    return jsonify(summary(models.find(name)))


def summary(model: Model) -> dict:
    """The parts of a card that tell models apart, the file's fingerprint, and the versions that can be gone back to."""
    card = model.predictor.card
    report = card.fields["report"]
    return {
        "name": model.name,
        "created": card.created,
        "labels": card.labels,
        "crops": card.offsets,
        "sha256": model.sha256,
        "accuracy": report.get("accuracy") if isinstance(report, dict) else None,
        "versions": [
            {"number": version.number, "sha256": version.sha256, "published": version.published}
            for version in parts().models.shelf.versions(model.name)
        ],
    }
