"""Invalid requests to lessons."""

from typing import Any

import pytest

from inkling.service.store.database import open_database
from tests.support.lesson_steps import create_lesson, draw_cross, get_lesson, train
from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import TrainerProcess
from trainer.lessons.registry import LESSON_NETWORKS, initialize_weights, weights_to_bytes
from trainer.store.lessons import LessonStore

LESSONS = [
    ({}, 400, "invalid_input"),
    ({"labels": ["X"]}, 400, "invalid_input"),
    ({"labels": list(range(41))}, 400, "invalid_input"),
    ({"labels": "XO"}, 400, "invalid_input"),
    ({"labels": ["X", "X"]}, 400, "invalid_input"),
    ({"labels": ["1", 1]}, 400, "invalid_input"),
    ({"labels": ["X", ""]}, 422, "invalid_dataset"),
    ({"labels": ["X", "a\nb"]}, 422, "invalid_dataset"),
    ({"labels": ["X", None]}, 400, "invalid_input"),
    ({"labels": ["X", ["O"]]}, 400, "invalid_input"),
    ({"labels": ["X", "O"], "network": "inkling"}, 400, "invalid_input"),
    ({"labels": ["X", "O"], "network": ["cnn"]}, 400, "invalid_input"),
    ({"labels": ["X", "O"], "network": "cnn", "size": 6}, 400, "invalid_input"),
    ({"labels": ["X", "O"], "size": True}, 400, "invalid_input"),
    ({"labels": ["X", "O"], "learning_rate": 0}, 400, "invalid_input"),
    ({"labels": ["X", "O"], "learning_rate": "fast"}, 400, "invalid_input"),
    ({"labels": ["X", "O"], "seed": -1}, 400, "invalid_input"),
    ({"labels": ["X", "O"], "name": " "}, 400, "invalid_input"),
    ({"labels": ["X", "O"], "colour": "red"}, 400, "invalid_input"),
]


@pytest.mark.parametrize(("body", "status", "code"), LESSONS, ids=str)
def test_invalid_lessons_are_rejected(service: TrainerProcess, body: dict, status: int, code: str):
    """No lesson is stored."""
    before = service.request("GET", "/lessons").body
    assert_error(service.request("POST", "/lessons", body), status, code)
    assert service.request("GET", "/lessons").body == before


STROKES = {"strokes": draw_cross(), "label": "X"}

DRAWINGS: list[tuple[Any, int, str]] = [
    (STROKES | {"label": "Z"}, 400, "invalid_input"),
    ({"strokes": draw_cross()}, 400, "invalid_input"),
    (STROKES | {"label": None}, 400, "invalid_input"),
    (STROKES | {"label": ["X"]}, 400, "invalid_input"),
    (STROKES | {"repeats": 0}, 400, "invalid_input"),
    (STROKES | {"repeats": 1001}, 400, "invalid_input"),
    (STROKES | {"repeats": 1.5}, 400, "invalid_input"),
    (STROKES | {"repeats": True}, 400, "invalid_input"),
    (STROKES | {"colour": "red"}, 400, "invalid_input"),
    ({"label": "X"}, 400, "invalid_input"),
    ({"strokes": [], "label": "X"}, 422, "empty_picture"),
    ({"pixels": [[255] * 40] * 40, "label": "X"}, 422, "empty_picture"),
    ({"pixels": [[256]], "label": "X"}, 400, "invalid_input"),
    ({"image": "bm90IGEgcGljdHVyZQ==", "label": "X"}, 415, "unsupported_picture"),
    ({"strokes": [[[0, 0]] * 20_001], "label": "X"}, 413, "too_large"),
    (b"{", 400, "invalid_json"),
]


@pytest.mark.parametrize(("body", "status", "code"), DRAWINGS, ids=lambda value: str(value)[:40])
def test_invalid_drawings_are_rejected(service: TrainerProcess, body: Any, status: int, code: str):
    """The lesson does not change."""
    lesson_id = create_lesson(service)["id"]
    train(service, lesson_id, "O", draw_cross())
    before = get_lesson(service, lesson_id)
    response = service.request("POST", f"/lessons/{lesson_id}/train", body, Content_Type="application/json")
    assert_error(response, status, code)
    assert get_lesson(service, lesson_id) == before


def test_a_step_that_diverges_is_discarded(service: TrainerProcess):
    """Weights stay finite, and the drawing is not stored."""
    lesson_id = create_lesson(service, network="cnn", learning_rate=10.0)["id"]
    engine = open_database(service.store)
    LessonStore(engine).update(
        lesson_id, weights=weights_to_bytes([weight * 1e20 for weight in initialize_weights("cnn", 2, 0)])
    )
    engine.dispose()
    before = get_lesson(service, lesson_id)
    assert_error(train(service, lesson_id, "X", draw_cross(), 5), 422, "diverged")
    assert get_lesson(service, lesson_id) == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/drawings"),
        ("PATCH", ""),
        ("DELETE", ""),
        ("DELETE", "/drawings/none"),
        *(("POST", f"/{act}") for act in ("train", "predict", "undo", "reset", "save", "fit", "publish")),
    ],
)
def test_unknown_lessons(service: TrainerProcess, method: str, path: str):
    """Every endpoint responds with the same code."""
    assert_error(service.request(method, f"/lessons/none{path}", {} if method == "POST" else None), 404, "lesson_not_found")


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("undo", {"steps": 2}),
        ("reset", {"drawings": 1}),
        ("reset", {"weights": True}),
        ("save", {"name": 7}),
        ("fit", {"data": ["mnist"]}),
        ("fit", {"network": "inkling"}),
        ("fit", {"epochs": 0}),
        ("publish", {}),
    ],
)
def test_invalid_operations_are_rejected(service: TrainerProcess, act: str, body: dict):
    """By their bodies."""
    lesson_id = create_lesson(service)["id"]
    assert_error(service.request("POST", f"/lessons/{lesson_id}/{act}", body), 400, "invalid_input")


@pytest.mark.parametrize("body", [{}, {"learning_rate": 11}, {"name": None}, {"labels": ["A", "B"]}])
def test_invalid_changes_are_rejected(service: TrainerProcess, body: dict):
    """Of name and learning rate."""
    lesson_id = create_lesson(service)["id"]
    assert_error(service.request("PATCH", f"/lessons/{lesson_id}", body), 400, "invalid_input")


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_repeats_are_limited(service: TrainerProcess, network: str):
    """The lesson states its maximum."""
    result = create_lesson(service, network=network)
    assert train(service, result["id"], "X", draw_cross(), result["max_repeats"]).status == 200
    assert_error(train(service, result["id"], "X", draw_cross(), result["max_repeats"] + 1), 400, "invalid_input")


def test_a_fit_needs_enough_drawings(service: TrainerProcess):
    """Of every label. No job is queued."""
    lesson_id = create_lesson(service)["id"]
    jobs = service.request("GET", "/jobs").body
    train(service, lesson_id, "X", draw_cross())
    assert_error(service.request("POST", f"/lessons/{lesson_id}/fit", {}), 422, "invalid_dataset")
    train(service, lesson_id, "O", draw_cross(0.3))
    assert_error(service.request("POST", f"/lessons/{lesson_id}/fit", {}), 422, "invalid_dataset")
    assert service.request("GET", "/jobs").body == jobs


def test_publishing_needs_training_and_a_valid_name(service: TrainerProcess):
    """A name cannot be a path."""
    lesson_id = create_lesson(service)["id"]
    assert_error(service.request("POST", f"/lessons/{lesson_id}/publish", {"name": "none"}), 409, "conflict")
    train(service, lesson_id, "X", draw_cross())
    assert_error(service.request("POST", f"/lessons/{lesson_id}/publish", {"name": "../out"}), 400, "invalid_input")
    assert not list(service.folder.glob("*.onnx"))


def test_the_number_of_lessons_and_drawings_is_limited(tmp_path):
    """A stored drawing can still be trained on."""
    with TrainerProcess(tmp_path, "--warm-workers", "0", "--max-lessons", "1", "--max-lesson-drawings", "1") as service:
        lesson_id = create_lesson(service)["id"]
        assert_error(service.request("POST", "/lessons", {"labels": ["X", "O"]}), 409, "limit_reached")
        assert train(service, lesson_id, "X", draw_cross()).status == 200
        assert_error(train(service, lesson_id, "X", draw_cross(0.3)), 409, "limit_reached")
        assert train(service, lesson_id, "O", draw_cross()).status == 200
        assert get_lesson(service, lesson_id)["drawings"] == {"X": 0, "O": 1}


def test_drawings_have_their_own_body_limit(tmp_path):
    """Other bodies have the general one."""
    with TrainerProcess(tmp_path, "--warm-workers", "0", "--max-drawing-bytes", "3000000") as service:
        path, json = f"/lessons/{create_lesson(service)['id']}", {"Content_Type": "application/json"}
        pixels = {"pixels": [[255 * (abs(x - y) > 40) for x in range(700)] for y in range(700)]}
        assert len(str(pixels)) > 2_000_000
        assert service.request("POST", f"{path}/predict", pixels, **json).status == 200
        assert_error(service.request("POST", f"{path}/predict", b" " * 3_000_001), 413, "too_large")
        assert_error(service.request("POST", f"{path}/reset", b" " * 1_048_577), 413, "too_large")
