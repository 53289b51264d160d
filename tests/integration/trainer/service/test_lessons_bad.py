"""Lessons without sense: each gets the one body, and nothing is lost."""

from typing import Any

import pytest

from inkling.service.store.database import open_database
from tests.support.lesson_steps import begin, cross, lesson, train
from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import Serving
from trainer.lessons.registry import LESSON_NETWORKS, initialize_weights, weights_to_bytes
from trainer.store.lessons import LessonStore

LESSONS = [
    ({}, 400, "invalid_input", "2 to 40"),
    ({"labels": ["X"]}, 400, "invalid_input", "2 to 40"),
    ({"labels": list(range(41))}, 400, "invalid_input", "2 to 40"),
    ({"labels": "XO"}, 400, "invalid_input", "a string"),
    ({"labels": ["X", "X"]}, 400, "invalid_input", "'X' twice"),
    ({"labels": ["1", 1]}, 400, "invalid_input", "'1' twice"),
    ({"labels": ["X", ""]}, 422, "invalid_dataset", "printable"),
    ({"labels": ["X", "a\nb"]}, 422, "invalid_dataset", "printable"),
    ({"labels": ["X", None]}, 400, "invalid_input", "null"),
    ({"labels": ["X", ["O"]]}, 400, "invalid_input", "an array"),
    ({"labels": ["X", "O"], "network": "inkling"}, 400, "invalid_input", "perceptron, cnn"),
    ({"labels": ["X", "O"], "network": ["cnn"]}, 400, "invalid_input", "perceptron, cnn"),
    ({"labels": ["X", "O"], "network": "cnn", "size": 6}, 400, "invalid_input", "size 24"),
    ({"labels": ["X", "O"], "size": True}, 400, "invalid_input", "size 6"),
    ({"labels": ["X", "O"], "learning_rate": 0}, 400, "invalid_input", "between 1e-07 and 10"),
    ({"labels": ["X", "O"], "learning_rate": "fast"}, 400, "invalid_input", "learning_rate as float"),
    ({"labels": ["X", "O"], "seed": -1}, 400, "invalid_input", "seed between"),
    ({"labels": ["X", "O"], "name": " "}, 400, "invalid_input", "printable"),
    ({"labels": ["X", "O"], "colour": "red"}, 400, "invalid_input", "'colour'"),
]


@pytest.mark.parametrize(("body", "status", "code", "words"), LESSONS, ids=str)
def test_a_lesson_without_sense_is_refused(serving: Serving, body: dict, status: int, code: str, words: str):
    """With what is allowed; none is kept of it."""
    before = serving.ask("GET", "/lessons").body
    assert_error(serving.ask("POST", "/lessons", body), status, code, words)
    assert serving.ask("GET", "/lessons").body == before


STROKES = {"strokes": cross(), "label": "X"}

DRAWINGS: list[tuple[Any, int, str, str]] = [
    (STROKES | {"label": "Z"}, 400, "invalid_input", "one of X, O. Received 'Z'"),
    ({"strokes": cross()}, 400, "invalid_input", "one of X, O. Received none"),
    (STROKES | {"label": None}, 400, "invalid_input", "null"),
    (STROKES | {"label": ["X"]}, 400, "invalid_input", "an array"),
    (STROKES | {"repeats": 0}, 400, "invalid_input", "between 1 and 1,000"),
    (STROKES | {"repeats": 1001}, 400, "invalid_input", "between 1 and 1,000"),
    (STROKES | {"repeats": 1.5}, 400, "invalid_input", "whole number"),
    (STROKES | {"repeats": True}, 400, "invalid_input", "whole number"),
    (STROKES | {"colour": "red"}, 400, "invalid_input", "label, repeats"),
    ({"label": "X"}, 400, "invalid_input", "image, pixels, strokes"),
    ({"strokes": [], "label": "X"}, 422, "empty_picture", "pen position"),
    ({"pixels": [[255] * 40] * 40, "label": "X"}, 422, "empty_picture", "ink"),
    ({"pixels": [[256]], "label": "X"}, 400, "invalid_input", "0 to 255"),
    ({"image": "bm90IGEgcGljdHVyZQ==", "label": "X"}, 415, "unsupported_picture", "PNG"),
    ({"strokes": [[[0, 0]] * 20_001], "label": "X"}, 413, "too_large", "20,000"),
    (b"{", 400, "invalid_json", "JSON"),
]


@pytest.mark.parametrize(("body", "status", "code", "words"), DRAWINGS, ids=lambda value: str(value)[:40])
def test_a_drawing_without_sense_is_refused(serving: Serving, body: Any, status: int, code: str, words: str):
    """The lesson stays as it is."""
    number = begin(serving)["id"]
    train(serving, number, "O", cross())
    before = lesson(serving, number)
    answer = serving.ask("POST", f"/lessons/{number}/train", body, Content_Type="application/json")
    assert_error(answer, status, code, words)
    assert lesson(serving, number) == before


def test_a_step_that_overflows_is_refused(serving: Serving):
    """Weights stay numbers, and the drawing is not kept."""
    number = begin(serving, network="cnn", learning_rate=10.0)["id"]
    engine = open_database(serving.store)
    LessonStore(engine).update(number, weights=weights_to_bytes([weight * 1e20 for weight in initialize_weights("cnn", 2, 0)]))
    engine.dispose()
    before = lesson(serving, number)
    assert_error(train(serving, number, "X", cross(), 5), 422, "diverged", "learning rate of 10", "lower")
    assert lesson(serving, number) == before


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
def test_an_unknown_lesson_is_not_found(serving: Serving, method: str, path: str):
    """Whatever is asked of it."""
    assert_error(
        serving.ask(method, f"/lessons/none{path}", {} if method == "POST" else None), 404, "lesson_not_found", "'none'"
    )


@pytest.mark.parametrize(
    ("act", "body", "words"),
    [
        ("undo", {"steps": 2}, "an empty object"),
        ("reset", {"drawings": 1}, "true"),
        ("reset", {"weights": True}, "'weights'"),
        ("save", {"name": 7}, "printable"),
        ("fit", {"data": ["mnist"]}, "'data'"),
        ("fit", {"network": "inkling"}, "'network'"),
        ("fit", {"epochs": 0}, "between 1 and"),
        ("publish", {}, "name as a string"),
    ],
)
def test_an_act_without_sense_is_refused(serving: Serving, act: str, body: dict, words: str):
    """With what is expected of it."""
    number = begin(serving)["id"]
    assert_error(serving.ask("POST", f"/lessons/{number}/{act}", body), 400, "invalid_input", words)


@pytest.mark.parametrize("body", [{}, {"learning_rate": 11}, {"name": None}, {"labels": ["A", "B"]}])
def test_a_change_without_sense_is_refused(serving: Serving, body: dict):
    """Labels and network stay what they are."""
    number = begin(serving)["id"]
    assert_error(serving.ask("PATCH", f"/lessons/{number}", body), 400, "invalid_input")


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_repeats_are_bounded(serving: Serving, network: str):
    """The bound is told with the lesson, so that an answer comes within 100 ms."""
    told = begin(serving, network=network)
    assert train(serving, told["id"], "X", cross(), told["max_repeats"]).status == 200
    assert_error(train(serving, told["id"], "X", cross(), told["max_repeats"] + 1), 400, "invalid_input", "repeats")


def test_too_few_drawings_are_not_fitted(serving: Serving):
    """None of a label, or too few to keep some aside; no job waits."""
    number = begin(serving)["id"]
    jobs = serving.ask("GET", "/jobs").body
    train(serving, number, "X", cross())
    assert_error(serving.ask("POST", f"/lessons/{number}/fit", {}), 422, "invalid_dataset", "every label", "none of O")
    train(serving, number, "O", cross(0.3))
    assert_error(serving.ask("POST", f"/lessons/{number}/fit", {}), 422, "invalid_dataset", "too few")
    assert serving.ask("GET", "/jobs").body == jobs


def test_an_untaught_lesson_is_not_published(serving: Serving):
    """Nor one under a name that is a path."""
    number = begin(serving)["id"]
    assert_error(serving.ask("POST", f"/lessons/{number}/publish", {"name": "none"}), 409, "conflict", "learnt nothing")
    train(serving, number, "X", cross())
    assert_error(serving.ask("POST", f"/lessons/{number}/publish", {"name": "../out"}), 400, "invalid_input", "name of letters")
    assert not list(serving.folder.glob("*.onnx"))


def test_lessons_and_drawings_are_bounded(tmp_path):
    """One more is refused, and none goes; the same drawing can be taught on."""
    with Serving(tmp_path, "--warm-workers", "0", "--max-lessons", "1", "--max-lesson-drawings", "1") as serving:
        number = begin(serving)["id"]
        assert_error(serving.ask("POST", "/lessons", {"labels": ["X", "O"]}), 409, "limit_reached", "at most 1 lessons")
        assert train(serving, number, "X", cross()).status == 200
        assert_error(train(serving, number, "X", cross(0.3)), 409, "limit_reached", "at most 1 drawings")
        assert train(serving, number, "O", cross()).status == 200
        assert lesson(serving, number)["drawings"] == {"X": 0, "O": 1}


def test_a_photograph_may_be_larger_than_settings(tmp_path):
    """A drawing has a bound of its own, by the door; other bodies keep theirs."""
    with Serving(tmp_path, "--warm-workers", "0", "--max-drawing-bytes", "3000000") as serving:
        path, json = f"/lessons/{begin(serving)['id']}", {"Content_Type": "application/json"}
        pixels = {"pixels": [[255 * (abs(x - y) > 40) for x in range(700)] for y in range(700)]}
        assert len(str(pixels)) > 2_000_000
        assert serving.ask("POST", f"{path}/predict", pixels, **json).status == 200
        assert_error(serving.ask("POST", f"{path}/predict", b" " * 3_000_001), 413, "too_large", "3,000,000")
        assert_error(serving.ask("POST", f"{path}/reset", b" " * 1_048_577), 413, "too_large", "1,048,576")
