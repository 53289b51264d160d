"""Signs to teach, and a lesson to teach them in."""

import http.client
import math
from typing import Any

from tests.support.trainer_process import Serving


def cross(turn: float = 0.0) -> list:
    """An X as strokes, turned by some radians."""
    ends = [
        (math.cos(turn + quarter * math.pi / 2 + 0.785), math.sin(turn + quarter * math.pi / 2 + 0.785)) for quarter in range(4)
    ]
    return [[_place(ends[0]), _place(ends[2])], [_place(ends[1]), _place(ends[3])]]


def ring(flat: float = 0.0) -> list:
    """An O as one stroke, flattened by some share."""
    angles = [2 * math.pi * step / 40 for step in range(41)]
    return [[_place((math.cos(angle), (1 - flat) * math.sin(angle))) for angle in angles]]


def _place(point: tuple[float, float]) -> list[float]:
    return [round(50 + 40 * point[0], 2), round(50 + 40 * point[1], 2)]


SIGNS = [("X", cross(turn / 20)) for turn in range(-3, 3)] + [("O", ring(flat / 12)) for flat in range(6)]
"""Six of each, all different."""


def begin(serving: Serving, **given: Any) -> dict[str, Any]:
    """A new lesson in X and O, unless told otherwise."""
    answer = serving.ask("POST", "/lessons", {"labels": ["X", "O"], "seed": 1} | given)
    assert answer.status == 201, answer.body
    assert answer.headers["Location"] == f"/lessons/{answer.body['id']}"
    return answer.body


def train(serving: Serving, number: str, label: str, strokes: list, repeats: int = 10) -> http.client.HTTPResponse:
    """Teach one drawing."""
    return serving.ask(
        "POST",
        f"/lessons/{number}/train",
        {"strokes": strokes, "label": label, "repeats": repeats},
        Content_Type="application/json",
    )


def predict(serving: Serving, number: str, strokes: list) -> dict[str, Any]:
    """What a lesson's network makes of a drawing."""
    answer = serving.ask("POST", f"/lessons/{number}/predict", {"strokes": strokes}, Content_Type="application/json")
    assert answer.status == 200, answer.body
    return answer.body


def teach_all(serving: Serving, number: str, rounds: int = 3) -> None:
    """Teach all signs, X and O in turn."""
    order = [sign for pair in zip(SIGNS[:6], SIGNS[6:], strict=True) for sign in pair]
    for _ in range(rounds):
        for label, strokes in order:
            assert train(serving, number, label, strokes).status == 200


def lesson(serving: Serving, number: str) -> dict[str, Any]:
    """A lesson as it stands."""
    return serving.ask("GET", f"/lessons/{number}").body
