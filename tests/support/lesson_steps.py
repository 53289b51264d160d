"""Drawings of X and O, and requests to lessons."""

import http.client
import math
from typing import Any

from tests.support.trainer_process import TrainerProcess


def draw_cross(angle: float = 0.0) -> list:
    """Strokes of an X, rotated by an angle in radians."""
    ends = [
        (math.cos(angle + quarter * math.pi / 2 + 0.785), math.sin(angle + quarter * math.pi / 2 + 0.785))
        for quarter in range(4)
    ]
    return [[_to_pixels(ends[0]), _to_pixels(ends[2])], [_to_pixels(ends[1]), _to_pixels(ends[3])]]


def draw_ring(flattening: float = 0.0) -> list:
    """The stroke of an O, flattened by a fraction of its height."""
    angles = [2 * math.pi * step / 40 for step in range(41)]
    return [[_to_pixels((math.cos(angle), (1 - flattening) * math.sin(angle))) for angle in angles]]


def _to_pixels(point: tuple[float, float]) -> list[float]:
    return [round(50 + 40 * point[0], 2), round(50 + 40 * point[1], 2)]


EXAMPLES = [("X", draw_cross(turn / 20)) for turn in range(-3, 3)] + [("O", draw_ring(flat / 12)) for flat in range(6)]
"""Six different drawings of each label."""


def create_lesson(service: TrainerProcess, **values: Any) -> dict[str, Any]:
    """Create a lesson with the labels X and O, unless others are given."""
    response = service.request("POST", "/lessons", {"labels": ["X", "O"], "seed": 1} | values)
    assert response.status == 201, response.body
    assert response.headers["Location"] == f"/lessons/{response.body['id']}"
    return response.body


def train(service: TrainerProcess, lesson_id: str, label: str, strokes: list, repeats: int = 10) -> http.client.HTTPResponse:
    """Train a lesson on one drawing."""
    return service.request(
        "POST",
        f"/lessons/{lesson_id}/train",
        {"strokes": strokes, "label": label, "repeats": repeats},
        Content_Type="application/json",
    )


def predict(service: TrainerProcess, lesson_id: str, strokes: list) -> dict[str, Any]:
    """The prediction of a lesson for a drawing."""
    response = service.request("POST", f"/lessons/{lesson_id}/predict", {"strokes": strokes}, Content_Type="application/json")
    assert response.status == 200, response.body
    return response.body


def train_on_examples(service: TrainerProcess, lesson_id: str, rounds: int = 3) -> None:
    """Train a lesson on all examples, X and O alternating."""
    order = [example for pair in zip(EXAMPLES[:6], EXAMPLES[6:], strict=True) for example in pair]
    for _ in range(rounds):
        for label, strokes in order:
            assert train(service, lesson_id, label, strokes).status == 200


def get_lesson(service: TrainerProcess, lesson_id: str) -> dict[str, Any]:
    """GET a lesson."""
    return service.request("GET", f"/lessons/{lesson_id}").body
