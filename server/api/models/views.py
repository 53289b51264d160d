"""/models: loaded models, their cards, reports and files, and rollback."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from inkling.errors import ModelNotFound
from inkling.models.repository import bytes_sha256
from inkling.service.http.auth import Access, access
from inkling.service.parsing.query import read_query
from server.extensions import get_state
from server.services.loaded_model import LoadedModel
from server.services.model_registry import ModelRegistry

blueprint = Blueprint("models", __name__)

FILE_MEDIA_TYPE = "application/octet-stream"
"""ONNX has no media type of its own."""


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


@blueprint.get("/models/<name>/file")
def get_file(name: str) -> Response:
    """The ONNX file of a model, which holds its card. Its ETag is the hash of the file."""
    read_query(request)
    models = get_state().models
    try:
        content = models.repository.path(models.find(name).name).read_bytes()
    except OSError as error:  # deleted a moment ago, and still loaded
        raise ModelNotFound(f"The file of the model {name!r:.120} was deleted.") from error
    response = Response(content, mimetype=FILE_MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.onnx"'
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(bytes_sha256(content))
    response.make_conditional(request)
    return response


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
