"""The card: what a model says about itself, as JSON in the model file's metadata."""

import json
import math
from dataclasses import dataclass

import numpy as np

from inkling.errors import BadModel
from inkling.imaging.normalization import IMAGE_SIDE, NORMALISATION_VERSION
from inkling.models.confidence import SCORES

CARD_KEY = "inkling.card"
CARD_VERSION = 1

DEEPEST = 100
"""Levels of nesting in a card: a real one has six, and writers of JSON give up at some hundreds."""

FIELDS = {
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
"""Beside its version, what every card holds, each with its type in Python and in words."""


@dataclass(frozen=True)
class Card:
    """A checked card. `fields` is the whole of it, as it stands in the file; the rest are the parts that serving needs."""

    fields: dict
    name: str
    created: str
    labels: list[str]
    image_height: int
    image_width: int
    crop_size: int
    offsets: list[tuple[int, int]]
    threshold: float
    score: str

    @classmethod
    def parse(cls, text: str | None) -> "Card":
        """Read a card's JSON. Raises BadModel with the first rule it breaks, and nothing else, whatever the text is."""
        if text is None:
            raise BadModel(f"Expected a model with a card in its metadata ({CARD_KEY}). Received one without.")
        fields = _read_json(text)
        if not isinstance(fields, dict) or "card" not in fields:
            raise BadModel("Expected a card that is a JSON object with its version. Received something else.")
        if not _is_version(fields["card"], CARD_VERSION):
            raise BadModel(f"Expected a card of version {CARD_VERSION}. Received version {fields['card']!r:.20}.")
        for key, (kind, words) in FIELDS.items():
            if key not in fields:
                raise BadModel(f"Expected a card with every field of version {CARD_VERSION}. Received one that lacks {key!r}.")
            if not isinstance(fields[key], kind):
                raise BadModel(f"Expected a card whose field {key!r} is {words}. Received {fields[key]!r:.40}.")
        if not fields["name"]:
            raise BadModel("Expected a card with a name. Received an empty one.")
        if not all(isinstance(layer, dict) for layer in fields["layers"]):
            raise BadModel("Expected a card whose layers are objects. Received something else among them.")
        _check_image(fields["image"])
        size = _crop_size(fields["crop"])
        return cls(
            fields=fields,
            name=fields["name"],
            created=fields["created"],
            labels=_labels(fields["labels"]),
            image_height=IMAGE_SIDE,
            image_width=IMAGE_SIDE,
            crop_size=size,
            offsets=_offsets(_part(fields["crop"], "crop", "offsets"), IMAGE_SIDE - size),
            threshold=_threshold(_part(fields["known"], "known", "threshold")),
            score=_score(fields["known"].get("score", "confidence")),
        )

    def sureness(self, probabilities: np.ndarray) -> np.ndarray:
        """How far answers, float (…, labels), are to be trusted, by the card's score: (…)."""
        return SCORES[self.score](probabilities)

    def knows(self, probabilities: np.ndarray) -> np.ndarray:
        """Whether answers, float (…, labels), are to be trusted: bool (…)."""
        return self.sureness(probabilities) >= self.threshold


def _read_json(text: str) -> object:
    """What the text holds, if it can be written again by any writer of JSON. Raises BadModel."""
    try:
        value = json.loads(text)
        plain = _is_plain(value)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:  # no JSON, a lone surrogate, a number of 5,000 digits, a tower of brackets
        raise BadModel("Expected a card that is JSON in UTF-8. Received something else.") from error
    if not plain:
        raise BadModel(f"Expected a card of finite 64-bit numbers, at most {DEEPEST} levels deep. Received one beyond.")
    return value


def _is_plain(value: object, levels: int = DEEPEST) -> bool:
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return levels > 0 and all(_is_plain(part, levels - 1) for part in parts)
    if isinstance(value, int):
        return -(2**63) <= value < 2**64
    return not isinstance(value, float) or math.isfinite(value)


def _is_version(value: object, version: int) -> bool:
    return type(value) is int and value == version  # True == 1 and 1.0 == 1, but neither is a version


def _part(part: dict, name: str, key: str) -> object:
    if key not in part:
        raise BadModel(f"Expected a card whose field {name!r} holds {key!r}. Received one without.")
    return part[key]


def _check_image(image: dict) -> None:
    version = _part(image, "image", "normalisation")
    if not _is_version(version, NORMALISATION_VERSION):
        raise BadModel(
            f"Expected a model fitted on images of normalisation {NORMALISATION_VERSION}. "
            f"Received one of normalisation {version!r:.20}."
        )
    sides = [_part(image, "image", key) for key in ("height", "width")]
    if not all(type(side) is int and side == IMAGE_SIDE for side in sides):
        raise BadModel(f"Expected images of {IMAGE_SIDE}×{IMAGE_SIDE}, as normalisation makes them. Received {sides!r:.40}.")


def _crop_size(crop: dict) -> int:
    size = _part(crop, "crop", "size")
    if type(size) is not int or not 0 < size <= IMAGE_SIDE:
        raise BadModel(f"Expected a crop that fits into the image, 1 to {IMAGE_SIDE}. Received {size!r:.40}.")
    return size


def _labels(labels: list) -> list[str]:
    if len(labels) < 2 or not all(isinstance(label, str) and label for label in labels):
        raise BadModel("Expected a card with at least two labels, each a string. Received something else.")
    if len(set(labels)) != len(labels):
        raise BadModel("Expected a card whose labels differ. Received one that names a label twice.")
    return labels


def _offsets(offsets: object, room: int) -> list[tuple[int, int]]:
    """Different [top, left], each 0..room: so there are never more of them than windows."""
    if not isinstance(offsets, list) or not offsets:
        raise BadModel(f"Expected at least one offset of a crop, in a list. Received {offsets!r:.40}.")
    for offset in offsets:
        if not isinstance(offset, list) or len(offset) != 2 or not all(type(corner) is int for corner in offset):
            raise BadModel(f"Expected every offset of a crop as [top, left]. Received {offset!r:.40}.")
        if not all(0 <= corner <= room for corner in offset):
            raise BadModel(f"Expected offsets of crops inside of the image, 0 to {room}. Received {offset!r:.40}.")
    pairs = [(top, left) for top, left in offsets]
    if len(set(pairs)) != len(pairs):
        raise BadModel("Expected offsets of crops that differ. Received one that is named twice.")
    return pairs


def _threshold(threshold: object) -> float:
    if type(threshold) not in (int, float) or not 0 <= threshold <= 1:
        raise BadModel(f"Expected a threshold between 0 and 1. Received {threshold!r:.20}.")
    return float(threshold)


def _score(score: object) -> str:
    if score not in tuple(SCORES):  # a tuple, as a card may hold what has no hash
        raise BadModel(f"Expected a score out of {', '.join(SCORES)}. Received {score!r:.40}.")
    return score
