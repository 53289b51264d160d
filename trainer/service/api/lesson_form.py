"""The forms of a lesson: bodies become checked values."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import Request

from inkling.errors import InvalidInput
from inkling.imaging.normalization import normalize
from inkling.imaging.picture import PenStrokes, to_gray_levels
from inkling.limits import Limits
from inkling.service.parsing.json_body import json_type_name, read_json_object
from inkling.service.parsing.labelled_picture import parse_label, read_labelled_picture
from trainer.lessons.registry import KINDS
from trainer.service.api.job_form import LONGEST_NAME
from trainer.settings import validate_setting
from trainer.store.lesson_drawings import LessonDrawing
from trainer.store.lessons import Lesson

FEWEST, MOST = 2, 40
"""Labels of a lesson."""

MOST_VALUES = 1_000_000
"""Numbers and texts in the JSON of a drawing."""

FEW_VALUES = 1_000
"""Numbers and texts in any other body."""

SETTINGS = ("labels", "network", "size", "learning_rate", "name", "seed")


@dataclass(frozen=True)
class Teaching:
    """A drawing with its label, its image, uint8 (28, 28), and how many steps are to be done on it."""

    drawing: LessonDrawing
    image: np.ndarray
    repeats: int


def read_body(request: Request, *names: str) -> dict[str, Any]:
    """A JSON object with some of the names; nothing at all is an empty one. Raises BadInput."""
    body = read_json_object(request, FEW_VALUES) if request.content_length else {}
    unknown = [name for name in body if name not in names]
    if unknown:
        raise InvalidInput(f"Expected {', '.join(names) or 'an empty object'}. Received {unknown[0]!r:.40}.")
    return body


def read_lesson(request: Request) -> dict[str, Any]:
    """What a new lesson is made of: labels, network, learning_rate, name, seed. Raises BadInput or BadData."""
    body = read_body(request, *SETTINGS)
    network = body.get("network", "perceptron")
    if not isinstance(network, str) or network not in KINDS:
        raise InvalidInput(f"Expected network as one of {', '.join(KINDS)}. Received {network!r:.40}.")
    kind = KINDS[network]
    if "size" in body and (type(body["size"]) is not int or body["size"] != kind.SIZE):
        raise InvalidInput(f"Expected size {kind.SIZE} for the network {network}. Received {body['size']!r:.40}.")
    seed = body.get("seed")
    if seed is not None:
        validate_setting("seed", seed)
    return {
        "labels": _labels(body.get("labels")),
        "network": network,
        "learning_rate": _rate(body.get("learning_rate", kind.LEARNING_RATE)),
        "name": _name(body.get("name")),
        "seed": seed,
    }


def read_change(request: Request) -> dict[str, Any]:
    """What is to be changed of a lesson: name, learning_rate. Raises BadInput."""
    body = read_body(request, "name", "learning_rate")
    if not body:
        raise InvalidInput("Expected name or learning_rate. Received neither.")
    checks = {"name": _name, "learning_rate": _rate}
    nothing = [name for name, value in body.items() if value is None]
    if nothing:
        raise InvalidInput(f"Expected {nothing[0]} left out or with a value. Received null.")
    return {name: checks[name](value) for name, value in body.items()}


def read_name(request: Request) -> str | None:
    """The new name of a lesson that is saved, None where it keeps its own. Raises BadInput."""
    return _name(read_body(request, "name").get("name"))


def read_reset(request: Request) -> bool:
    """Whether the drawings of a lesson stay while it forgets what it has learnt. Raises BadInput."""
    stay = read_body(request, "drawings").get("drawings", True)
    if type(stay) is not bool:
        raise InvalidInput(f"Expected drawings as true, for them to stay, or false. Received {json_type_name(stay)}.")
    return stay


def read_teaching(request: Request, lesson: Lesson, stamp: str) -> Teaching:
    """A drawing in any form, its label and repeats. Raises InklingError of several kinds, EmptyPicture without ink."""
    picture, values = read_labelled_picture(request, Limits(), MOST_VALUES, ("label", "repeats"))
    label, most = parse_label("label", values.get("label")), KINDS[lesson["network"]].MOST_REPEATS
    if label not in lesson["labels"]:
        received = "none" if label is None else f"{label!r:.40}"
        raise InvalidInput(f"Expected label as one of {', '.join(lesson['labels'])}. Received {received}.")
    repeats = _repeats(values.get("repeats", 1), most)
    levels = to_gray_levels(picture, Limits())
    image = normalize(levels)
    strokes = picture.json if isinstance(picture, PenStrokes) else None
    drawing = LessonDrawing.create(label, image, levels, strokes, created=stamp)
    return Teaching(drawing, image, repeats)


def read_image(request: Request) -> np.ndarray:
    """A drawing in any form: its image, uint8 (28, 28). Raises InklingError of several kinds."""
    picture, _ = read_labelled_picture(request, Limits(), MOST_VALUES, ())
    return normalize(to_gray_levels(picture, Limits()))


def _labels(given: Any) -> list[str]:
    if not isinstance(given, list) or not FEWEST <= len(given) <= MOST:
        received = f"{len(given):,}" if isinstance(given, list) else "none" if given is None else json_type_name(given)
        raise InvalidInput(f"Expected labels as an array of {FEWEST} to {MOST} texts. Received {received}.")
    labels = [parse_label("labels", label) for label in given]
    if None in labels:
        raise InvalidInput("Expected labels as texts. Received null among them.")
    again = [label for place, label in enumerate(labels) if label in labels[:place]]
    if again:
        raise InvalidInput(f"Expected labels that differ. Received {again[0]!r:.40} twice.")
    return labels


def _name(given: Any) -> str | None:
    if given is not None and not (isinstance(given, str) and 0 < len(given.strip()) <= LONGEST_NAME and given.isprintable()):
        raise InvalidInput(f"Expected name of 1 to {LONGEST_NAME} printable characters. Received {given!r:.40}.")
    return given


def _rate(given: Any) -> float:
    validate_setting("learning_rate", given)
    return float(given)


def _repeats(given: Any, most: int) -> int:
    """A whole number as JSON gives it, or as text from a query or a form."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 10:
        given = int(given)
    if type(given) is not int or not 1 <= given <= most:
        raise InvalidInput(f"Expected repeats as a whole number between 1 and {most:,}. Received {given!r:.40}.")
    return given
