"""POST /explain: a picture -> the activations and kernels of every layer, and an occlusion map."""

import re
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.errors import InvalidInput
from inkling.explain.explainer import Explainer
from inkling.explain.layer import Array
from inkling.explain.occlusion import PATCH_SIZE, compute_occlusion_map, crop_choice
from inkling.imaging.normalization import normalize
from inkling.imaging.picture import to_gray_levels
from inkling.models.crops import crop_offsets
from inkling.models.model_card import ModelCard
from inkling.models.predictor import PROBABILITY_DECIMALS
from inkling.service.parsing.pictures import read_picture
from inkling.service.parsing.query import parse_choices, read_query
from server.api.headers import name_model
from server.extensions import get_state

blueprint = Blueprint("explain", __name__)

SHOW_CHOICES = ("activations", "kernels", "occlusion")
CROP = re.compile(r"(\d{1,2}),(\d{1,2})", re.ASCII)

DECIMALS = 5
"""Of activations and occlusion maps. Kernels have one more, so that sums of hundreds of products stay accurate."""

MAX_VALUES = 1_000_000
"""Values of a layer's activations or kernel in a response, about 10 MB of JSON. Larger arrays are null."""


@blueprint.post("/explain")
def explain() -> Response:
    """Explain the prediction for one picture."""
    state = get_state()
    query = read_query(request, "model", "version", "crop", "show")
    show = parse_choices("show", query.get("show"), SHOW_CHOICES) or SHOW_CHOICES
    model = state.models.find(query.get("model"), query.get("version"))
    predictor, card = model.predictor, model.predictor.card
    top, left = parse_crop(query.get("crop"), card)
    picture = read_picture(request, state.settings, state.settings.max_predict_values)
    image = normalize(to_gray_levels(picture, state.settings))
    started = time.perf_counter()
    crop = image[top : top + card.crop_size, left : left + card.crop_size]
    probabilities = predictor.session.run(["probabilities"], {"images": crop[None, :, :, None]})[0][0]
    body: dict[str, Any] = {
        "model": model.name,
        "labels": card.labels,
        "image": image,
        "crop": [top, left],
        "probabilities": probabilities.round(PROBABILITY_DECIMALS),
        "known": bool(card.is_known(probabilities)),
    }
    if "activations" in show or "kernels" in show:
        body["layers"] = encode_layers(state.models.explainers.get(model), crop, show)
    if "occlusion" in show:
        values = compute_occlusion_map(predictor, image).round(DECIMALS)
        body["occlusion"] = {"patch": PATCH_SIZE, "crops": crop_offsets(card, crop_choice(predictor)), "values": values}
    state.metrics.count_explanation(model, time.perf_counter() - started)
    response = jsonify(body)
    name_model(response.headers, model)
    return response


def parse_crop(value: str | None, card: ModelCard) -> tuple[int, int]:
    """The (top, left) of the crop to explain; the center crop by default. Raises InvalidInput."""
    if value is None:
        return crop_offsets(card, "1")[0]
    margin = card.image_height - card.crop_size
    found = CROP.fullmatch(value)
    if found is None or max(corner := (int(found[1]), int(found[2]))) > margin:
        raise InvalidInput(f"crop: expected TOP,LEFT, each between 0 and {margin}, got {value!r:.40}.")
    return corner


def encode_layers(explainer: Explainer, crop: np.ndarray[Any, np.dtype[np.uint8]], show: Sequence[str]) -> list[dict[str, Any]]:
    """The layers as JSON, with their activations for a crop and their weights."""
    rows = [dict(layer.description) for layer in explainer.layers]
    if "activations" in show:
        for row, values in zip(rows, explainer.activations(crop), strict=True):
            row["activations"] = rounded(values, DECIMALS)
    if "kernels" in show:
        for row, layer in zip(rows, explainer.layers, strict=True):
            if (kernel := explainer.kernel(layer)) is not None:
                bias = explainer.bias(layer)
                row["kernel"] = rounded(kernel, PROBABILITY_DECIMALS)
                row["bias"] = None if bias is None else rounded(bias, PROBABILITY_DECIMALS)
    return rows


def rounded(values: Array, decimals: int) -> Array | None:
    """Values as they are returned; None if there are too many."""
    return values.round(decimals) if values.size <= MAX_VALUES else None
