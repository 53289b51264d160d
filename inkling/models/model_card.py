"""The model card: what a model says about itself, as JSON in the metadata of its ONNX file."""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from inkling.errors import InvalidModel
from inkling.imaging.normalization import IMAGE_SIDE, NORMALIZATION_VERSION
from inkling.models.confidence import SCORES
from inkling.models.smoke_example import SmokeExample

CARD_KEY = "inkling.card"
CARD_VERSION = 1

ACTIVATIONS = ("softmax", "sigmoid")
"""Of the output layer; cards without one have a softmax."""

MAX_DEPTH = 100
"""Levels of nesting: a real card has six, and JSON encoders give up at a few hundred."""

REQUIRED_FIELDS = {
    "name": (str, "a string"),
    "created": (str, "a string"),
    "labels": (list, "a list"),
    "image": (dict, "an object"),
    "crop": (dict, "an object"),
    "layers": (list, "a list"),
    "training": (dict, "an object"),
    "report": (dict, "an object"),
    "known": (dict, "an object"),
}
"""The fields of every card besides its version, with their Python type and its description."""


@dataclass(frozen=True)
class ModelCard:
    """A validated card.

    raw: the complete card as parsed from JSON; the other fields are the parts that serving needs.
    layers, graph_layers: the rows of the network's layers and of the exported graph's layers, the latter empty if the model
    was exported without them.
    offsets: (top, left) of the crops that are averaged by default.
    sums_to_one: whether the probabilities of an image sum to 1, as those of a softmax do. Those of sigmoids don't.
    threshold, score_name: a prediction is known if its score, one of `SCORES`, reaches the threshold.
    smoke: an image with the prediction at export, for the smoke test; None if the card has none.
    """

    raw: dict[str, Any]
    name: str
    created: str
    labels: list[str]
    image_height: int
    image_width: int
    crop_size: int
    offsets: list[tuple[int, int]]
    layers: list[dict[str, Any]]
    graph_layers: list[dict[str, Any]]
    sums_to_one: bool
    threshold: float
    score_name: str
    smoke: SmokeExample | None

    @classmethod
    def parse(cls, text: str | None) -> "ModelCard":
        """Parse and validate a card's JSON. Raises InvalidModel for any invalid text; the message names the first problem."""
        if text is None:
            raise InvalidModel(
                f"The model has no card: its metadata lacks {CARD_KEY}. Export it with `trainer export`, or add a card to a "
                "model from elsewhere with `trainer adopt`."
            )
        raw = _parse_json(text)
        if not isinstance(raw, dict) or "card" not in raw:
            raise InvalidModel("The card isn't a JSON object with a version.")
        if not _is_version(raw["card"], CARD_VERSION):
            raise InvalidModel(f"The card has version {raw['card']!r:.20}, but only version {CARD_VERSION} is supported.")
        for key, (kind, description) in REQUIRED_FIELDS.items():
            if key not in raw:
                raise InvalidModel(f"The card lacks the field {key!r}.")
            if not isinstance(raw[key], kind):
                raise InvalidModel(f"The card's field {key!r} must be {description}. Got {raw[key]!r:.40}.")
        if not raw["name"]:
            raise InvalidModel("The card's name is empty.")
        _check_image(raw["image"])
        size, labels = _parse_crop_size(raw["crop"]), _parse_labels(raw["labels"])
        return cls(
            raw=raw,
            name=raw["name"],
            created=raw["created"],
            labels=labels,
            image_height=IMAGE_SIDE,
            image_width=IMAGE_SIDE,
            crop_size=size,
            offsets=_parse_offsets(_require(raw["crop"], "crop", "offsets"), IMAGE_SIDE - size),
            layers=_parse_layers("layers", raw["layers"]),
            graph_layers=_parse_layers("graph_layers", raw.get("graph_layers", [])),
            sums_to_one=_parse_activation(raw.get("activation", ACTIVATIONS[0])) == ACTIVATIONS[0],
            threshold=_parse_threshold(_require(raw["known"], "known", "threshold")),
            score_name=_parse_score_name(raw["known"].get("score", "confidence")),
            smoke=SmokeExample.parse(raw["smoke"], labels) if "smoke" in raw else None,
        )

    def score(self, probabilities: np.ndarray) -> np.ndarray:
        """Score predictions, float (…, labels), by the card's method: (…)."""
        return SCORES[self.score_name](probabilities)

    def is_known(self, probabilities: np.ndarray) -> np.ndarray:
        """Whether the model accepts its predictions, float (…, labels): bool (…)."""
        known: np.ndarray = self.score(probabilities) >= self.threshold
        return known


def _parse_json(text: str) -> object:
    """Parse JSON that any JSON encoder can write again. Raises InvalidModel."""
    try:
        value: object = json.loads(text)
        is_portable = _is_portable(value)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:  # not JSON, a lone surrogate, a number of 5,000 digits, nested too deeply
        raise InvalidModel("The card isn't valid JSON in UTF-8.") from error
    if not is_portable:
        raise InvalidModel(f"The card must contain finite 64-bit numbers only and at most {MAX_DEPTH} levels of nesting.")
    return value


def _is_portable(value: object, levels: int = MAX_DEPTH) -> bool:
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return levels > 0 and all(_is_portable(item, levels - 1) for item in items)
    if isinstance(value, int):
        return -(2**63) <= value < 2**64
    return not isinstance(value, float) or math.isfinite(value)


def _is_version(value: object, version: int) -> bool:
    return type(value) is int and value == version  # True == 1 and 1.0 == 1, but neither is a version


def _require(part: dict[str, Any], name: str, key: str) -> Any:
    if key not in part:
        raise InvalidModel(f"The card's field {name!r} lacks {key!r}.")
    return part[key]


def _check_image(image: dict[str, Any]) -> None:
    version = _require(image, "image", "normalization")
    if not _is_version(version, NORMALIZATION_VERSION):
        raise InvalidModel(
            f"The model was trained with version {version!r:.20} of the normalization, but this is version "
            f"{NORMALIZATION_VERSION}. Train it again."
        )
    sides = [_require(image, "image", key) for key in ("height", "width")]
    if not all(type(side) is int and side == IMAGE_SIDE for side in sides):
        raise InvalidModel(f"The card's image size must be {IMAGE_SIDE}×{IMAGE_SIDE}. Got {sides!r:.40}.")


def _parse_crop_size(crop: dict[str, Any]) -> int:
    size = _require(crop, "crop", "size")
    if type(size) is not int or not 0 < size <= IMAGE_SIDE:
        raise InvalidModel(f"The card's crop size must be 1 to {IMAGE_SIDE}. Got {size!r:.40}.")
    return size


def _parse_labels(labels: list[Any]) -> list[str]:
    if len(labels) < 2 or not all(isinstance(label, str) and label for label in labels):
        raise InvalidModel("The card needs at least two labels, each a non-empty string.")
    if len(set(labels)) != len(labels):
        raise InvalidModel("The card's labels must be unique.")
    return labels


def _parse_layers(name: str, layers: object) -> list[dict[str, Any]]:
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise InvalidModel(f"The card's {name} must be a list of objects.")
    return layers


def _parse_activation(activation: object) -> str:
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise InvalidModel(f"The card's activation must be one of {', '.join(ACTIVATIONS)}. Got {activation!r:.40}.")
    return activation


def _parse_offsets(offsets: object, room: int) -> list[tuple[int, int]]:
    """Check that the offsets are distinct [top, left] within 0..room, so that there are never more of them than windows."""
    if not isinstance(offsets, list) or not offsets:
        raise InvalidModel(f"The card's crop offsets must be a non-empty list. Got {offsets!r:.40}.")
    for offset in offsets:
        if not isinstance(offset, list) or len(offset) != 2 or not all(type(value) is int for value in offset):
            raise InvalidModel(f"Each crop offset in the card must be [top, left]. Got {offset!r:.40}.")
        if not all(0 <= value <= room for value in offset):
            raise InvalidModel(f"The crop offset {offset!r:.40} in the card is outside of the image. Allowed: 0 to {room}.")
    pairs = [(top, left) for top, left in offsets]
    if len(set(pairs)) != len(pairs):
        raise InvalidModel("The card's crop offsets must be unique.")
    return pairs


def _parse_threshold(threshold: Any) -> float:
    if type(threshold) not in (int, float) or not 0 <= threshold <= 1:
        raise InvalidModel(f"The card's threshold must be between 0 and 1. Got {threshold!r:.20}.")
    return float(threshold)


def _parse_score_name(name: object) -> str:
    if not isinstance(name, str) or name not in SCORES:
        raise InvalidModel(f"The card's score must be one of {', '.join(SCORES)}. Got {name!r:.40}.")
    return name
