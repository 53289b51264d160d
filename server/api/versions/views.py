"""/models/NAME/versions and /models/NAME/traffic: versions of a model, promotion, and traffic shares."""

from typing import Any

from flask import Blueprint, Request, Response, jsonify, request

from inkling.errors import InvalidInput
from inkling.models.model_version import version_id
from inkling.models.traffic import Shares, current_share
from inkling.service.http.auth import Access, access
from inkling.service.parsing.json_body import read_json_object
from inkling.service.parsing.query import read_query
from server.api.models.views import encode
from server.extensions import get_state
from server.services.loaded_model import LoadedModel
from server.services.model_registry import ModelRegistry

blueprint = Blueprint("versions", __name__, url_prefix="/models/<name>")

MAX_VALUES = 100
"""In the JSON of traffic shares. A model has at most seven versions."""


@blueprint.get("/versions")
def list_versions(name: str) -> Response:
    """The current version, the candidate and the previous versions of a model."""
    read_query(request)
    models = get_state().models
    return jsonify({"model": name, "versions": encode_versions(models.find(name), models)})


@blueprint.get("/versions/<version>")
def get_version(name: str, version: str) -> Response:
    """The card of a version, as in its file."""
    read_query(request)
    return jsonify(get_state().models.find(name, version).predictor.card.raw)


@blueprint.post("/versions/<version>/promote")
@access(Access.WRITE)
def promote(name: str, version: str) -> Response:
    """Make a version the current one. This process serves it at once, other processes within two seconds."""
    read_query(request)
    models = get_state().models
    return jsonify(encode(models.promote(name, version), models))


@blueprint.get("/traffic")
def get_traffic(name: str) -> Response:
    """The traffic shares of a model."""
    read_query(request)
    models = get_state().models
    return jsonify(encode_traffic(models.find(name), models))


@blueprint.put("/traffic")
@access(Access.WRITE)
def set_traffic(name: str) -> Response:
    """Replace the traffic shares of a model. This process follows them at once, other processes within a second."""
    read_query(request)
    models = get_state().models
    models.find(name)
    models.set_shares(name, read_shares(request))
    return jsonify(encode_traffic(models.find(name), models))


@blueprint.delete("/traffic")
@access(Access.WRITE)
def delete_traffic(name: str) -> Response:
    """Send all requests to the current version."""
    read_query(request)
    get_state().models.delete_shares(name)
    return Response(status=204)


def read_shares(request: Request) -> Shares:
    """The shares in a JSON body {"shares": {…}}; the repository validates them. Raises InvalidInput, InvalidJson, TooLarge."""
    body = read_json_object(request, MAX_VALUES)
    if body.keys() != {"shares"} or not isinstance(body["shares"], dict):
        raise InvalidInput('The body must be {"shares": {"VERSION": SHARE, …}}, with shares from 0 to 1.')
    shares: Shares = body["shares"]
    return shares


def encode_traffic(model: LoadedModel, models: ModelRegistry) -> dict[str, Any]:
    """The JSON of the traffic shares that are in effect. model: the current version."""
    models.refresh_traffic()  # another process may have changed them just now
    shares = models.traffic.shares(model)
    return {
        "model": model.name,
        "current": model.version_id,
        "current_share": current_share(shares),
        "shares": {version_id(sha256): share for sha256, share in shares.items()},
        "problem": models.traffic.problems.get(model.name),
    }


def encode_versions(model: LoadedModel, models: ModelRegistry) -> list[dict[str, Any]]:
    """The JSON of all versions of a model: the current one, the candidate, and previous versions, newest first."""
    models.refresh_traffic()
    shares = models.traffic.shares(model)
    rows = {model.sha256: ("current", model.published, True, current_share(shares))}
    for each in models.repository.other_versions(model.name):
        state = "candidate" if each.is_candidate else "previous"
        is_loaded = models.versions.is_loaded(model.name, each.sha256)
        rows.setdefault(each.sha256, (state, each.published, is_loaded, shares.get(each.sha256, 0.0)))
    return [
        {
            "version": version_id(sha256),
            "sha256": sha256,
            "state": state,
            "published": published,
            "loaded": is_loaded,
            "share": share,
        }
        for sha256, (state, published, is_loaded, share) in rows.items()
    ]
