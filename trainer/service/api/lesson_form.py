"""Parsing of lesson requests."""

from dataclasses import dataclass
from reprlib import repr as short_repr
from typing import Any

import numpy as np
from flask import Request

from inkling.errors import InvalidInput
from inkling.imaging.normalization import normalize
from inkling.imaging.picture import PenStrokes, to_gray_levels
from inkling.limits import Limits
from inkling.service.parsing.json_body import json_type_name, read_json_object
from inkling.service.parsing.labeled_picture import parse_label, read_labeled_picture
from trainer.lessons.registry import LESSON_NETWORKS
from trainer.service.api.job_form import MAX_NAME_LENGTH, MAX_VALUES, to_integer, to_integers
from trainer.settings import validate_setting
from trainer.store.lesson_drawings import LessonDrawing
from trainer.store.lessons import Lesson

MIN_LABELS, MAX_LABELS = 2, 40

MAX_DRAWING_VALUES = 1_000_000
"""Numbers and strings in the JSON of a drawing."""

LESSON_KEYS = ("labels", "network", "size", "learning_rate", "name", "seed")


@dataclass(frozen=True)
class TrainingExample:
    """A drawing with its label, its image, uint8 (28, 28), and the number of training steps."""

    drawing: LessonDrawing
    image: np.ndarray
    repeats: int


def read_body(request: Request, *keys: str) -> dict[str, Any]:
    """A JSON object with some of the keys; an empty body is an empty object. Raises InvalidInput."""
    body = read_json_object(request, MAX_VALUES) if request.content_length else {}
    unknown = [key for key in body if key not in keys]
    if unknown:
        allowed = f"Allowed keys: {', '.join(keys)}." if keys else "The body must be empty."
        raise InvalidInput(f"Unknown key {unknown[0]!r:.40}. {allowed}")
    return body


def read_lesson(request: Request) -> dict[str, Any]:
    """labels, network, learning_rate, name and seed of a new lesson. Raises InvalidInput or InvalidDataset."""
    body = to_integers(read_body(request, *LESSON_KEYS))
    name = body.get("network", "perceptron")
    if not isinstance(name, str) or name not in LESSON_NETWORKS:
        raise InvalidInput(f"network must be one of {', '.join(LESSON_NETWORKS)}, not {short_repr(name):.40}.")
    network = LESSON_NETWORKS[name]
    if "size" in body and (type(body["size"]) is bool or body["size"] != network.SIZE):
        raise InvalidInput(f"size must be {network.SIZE} for the network {name}, not {short_repr(body['size']):.40}.")
    seed = body.get("seed")
    if seed is not None:
        validate_setting("seed", seed)
    return {
        "labels": _parse_labels(body.get("labels")),
        "network": name,
        "learning_rate": _parse_learning_rate(body.get("learning_rate", network.LEARNING_RATE)),
        "name": _parse_name(body.get("name")),
        "seed": seed,
    }


def read_lesson_update(request: Request) -> dict[str, Any]:
    """The new name, learning_rate or both. Raises InvalidInput."""
    body = read_body(request, "name", "learning_rate")
    if not body:
        raise InvalidInput("Give a name, a learning_rate, or both.")
    empty = [key for key, value in body.items() if value is None]
    if empty:
        raise InvalidInput(f"{empty[0]} must not be null. Leave it out instead.")
    parsers = {"name": _parse_name, "learning_rate": _parse_learning_rate}
    return {key: parsers[key](value) for key, value in body.items()}


def read_name(request: Request) -> str | None:
    """The new name of a lesson that is saved, or None. Raises InvalidInput."""
    return _parse_name(read_body(request, "name").get("name"))


def read_keep_drawings(request: Request) -> bool:
    """Whether a reset keeps the drawings, by default true. Raises InvalidInput."""
    keep = read_body(request, "drawings").get("drawings", True)
    if type(keep) is not bool:
        raise InvalidInput(f"drawings must be true (keep them) or false, not {json_type_name(keep)}.")
    return keep


def read_training_example(request: Request, lesson: Lesson, now: str) -> TrainingExample:
    """A drawing in any form, its label and repeats. Raises several kinds of InklingError, EmptyPicture for a blank one."""
    picture, fields = read_labeled_picture(request, Limits(), MAX_DRAWING_VALUES, ("label", "repeats"))
    label = parse_label("label", fields.get("label"))
    if label is None or label not in lesson["labels"]:
        problem = "label is missing" if label is None else f"The lesson has no label {label!r:.40}"
        raise InvalidInput(f"{problem}. Labels: {', '.join(lesson['labels'])}.")
    repeats = _parse_repeats(fields.get("repeats", 1), LESSON_NETWORKS[lesson["network"]].MAX_REPEATS)
    gray_levels = to_gray_levels(picture, Limits())
    image = normalize(gray_levels)
    strokes = picture.json if isinstance(picture, PenStrokes) else None
    return TrainingExample(LessonDrawing.create(label, image, gray_levels, strokes, created=now), image, repeats)


def read_image(request: Request) -> np.ndarray:
    """A drawing in any form as an image, uint8 (28, 28). Raises several kinds of InklingError."""
    picture, _ = read_labeled_picture(request, Limits(), MAX_DRAWING_VALUES, ())
    return normalize(to_gray_levels(picture, Limits()))


def _parse_labels(value: Any) -> list[str]:
    if not isinstance(value, list) or not MIN_LABELS <= len(value) <= MAX_LABELS:
        raise InvalidInput(f"labels must be an array of {MIN_LABELS} to {MAX_LABELS} strings.")
    labels = [label for each in value if (label := parse_label("labels", each)) is not None]
    if len(labels) < len(value):
        raise InvalidInput("labels must not contain null.")
    duplicates = [label for index, label in enumerate(labels) if label in labels[:index]]
    if duplicates:
        raise InvalidInput(f"labels must be distinct; {duplicates[0]!r:.40} is there twice.")
    return labels


def _parse_name(value: Any) -> str | None:
    if value is not None and not (isinstance(value, str) and 0 < len(value.strip()) <= MAX_NAME_LENGTH and value.isprintable()):
        raise InvalidInput(f"name must have 1 to {MAX_NAME_LENGTH} printable characters, not {short_repr(value):.40}.")
    return value


def _parse_learning_rate(value: Any) -> float:
    validate_setting("learning_rate", value)
    return float(value)


def _parse_repeats(value: Any, maximum: int) -> int:
    """An integer from JSON, or as text from a query or a form."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    value = to_integer(value)
    if type(value) is not int or not 1 <= value <= maximum:
        raise InvalidInput(f"repeats must be an integer between 1 and {maximum:,}, not {short_repr(value):.40}.")
    return value
