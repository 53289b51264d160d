"""POST /explain: a picture -> what every layer makes of it, the kernels, and where the evidence for each label lies."""

import re
import time
from collections.abc import Sequence

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.errors import BadInput
from inkling.explain.layer import Layer
from inkling.explain.occlusion import PATCH, crops_for, find_evidence
from inkling.imaging.decoding import decode
from inkling.imaging.normalization import normalise
from inkling.imaging.strokes import render_drawing
from inkling.models.crops import offsets
from inkling.models.model_card import Card
from inkling.service.http.json_provider import DIGITS
from inkling.service.parsing.pictures import Turn, read_picture
from inkling.service.parsing.query import read_query, some_of
from server.api.predict.views import VERSION
from server.extensions import parts

blueprint = Blueprint("explain", __name__)

SHOWN = ("activations", "kernels", "evidence")
CORNER = re.compile(r"(\d{1,2}),(\d{1,2})", re.ASCII)

PLACES = 5
"""Decimal places of activations and evidence; kernels have one more, so that sums of hundreds of products stay right."""

MOST_VALUES = 1_000_000
"""Numbers of a layer's activations, or of its kernel, that are told: some 10 MB of JSON. Of a larger one null is."""


@blueprint.post("/explain")
def explain() -> Response:
    """Explain the answer to one picture."""
    own = parts()
    query = read_query(request, "model", "crop", "show")
    show = some_of("show", query.get("show"), SHOWN) or SHOWN
    model = own.models.find(query.get("model"))
    predictor, card = model.predictor, model.predictor.card
    top, left = read_corner(query.get("crop"), card)
    turn = Turn(
        lambda data: normalise(decode(data, own.settings)),
        normalise,
        lambda strokes, pen: normalise(render_drawing(strokes, pen)),
    )
    image = read_picture(request, own.settings, turn)
    started = time.perf_counter()
    explainer = own.models.explainers.of(model)
    made = explainer.activations(image[top : top + card.crop_size, left : left + card.crop_size])
    evidence = find_evidence(predictor, image) if "evidence" in show else None
    own.metrics.explained(model, time.perf_counter() - started)
    told = {
        "model": model.name,
        "labels": card.labels,
        "image": image,
        "crop": [top, left],
        "probabilities": made[-1].round(DIGITS),
        "known": bool(card.knows(made[-1])),
        "layers": encode(explainer.layers, made, show),
    }
    if evidence is not None:
        crops = offsets(card, crops_for(predictor))
        told["evidence"] = {"patch": PATCH, "crops": crops, "values": evidence.round(PLACES)}
    response = jsonify(told)
    response.headers[VERSION] = model.version
    return response


def read_corner(value: str | None, card: Card) -> tuple[int, int]:
    """The (top, left) of the window that is explained, the centre one where none is named. Raises BadInput."""
    if value is None:
        return offsets(card, "1")[0]
    room = card.image_height - card.crop_size
    found = CORNER.fullmatch(value)
    if found is None or max(corner := (int(found[1]), int(found[2]))) > room:
        raise BadInput(f"Expected crop as TOP,LEFT, each from 0 to {room}. Received {value!r:.40}.")
    return corner


def encode(layers: list[Layer], made: list[np.ndarray], show: Sequence[str]) -> list[dict]:
    """Layers, and what each of them made, as the API gives them."""
    names = [layer.name for layer in layers]
    return [encode_layer(layer, names, values, show) for layer, values in zip(layers, made, strict=True)]


def encode_layer(layer: Layer, names: list[str], values: np.ndarray, show: Sequence[str]) -> dict:
    """A layer as the API gives it. names: of all layers."""
    told = {
        "name": layer.name,
        "kind": layer.kind,
        "inputs": [names[position] for position in layer.inputs],
        "output_shape": layer.shape,
        "parameters": layer.parameters,
        "multiply_adds": layer.multiply_adds,
        **layer.facts,
    }
    if layer.folded:
        told["folded"] = layer.folded
    if "activations" in show:
        told["activations"] = rounded(values, PLACES)
    if "kernels" in show and layer.kernel is not None:
        told["kernel"] = rounded(layer.kernel, DIGITS)
        told["bias"] = None if layer.bias is None else rounded(layer.bias, DIGITS)
    return told


def rounded(values: np.ndarray, places: int) -> np.ndarray | None:
    """Numbers as they are told."""
    return values.round(places) if values.size <= MOST_VALUES else None
