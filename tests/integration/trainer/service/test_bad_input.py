"""Requests without sense: each gets the one body, and nothing is lost."""

from collections.abc import Iterator

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import SMALL, Serving


@pytest.fixture(scope="module")
def idle(tmp_path_factory) -> Iterator[Serving]:
    """A service that has nothing to do."""
    with Serving(tmp_path_factory.mktemp("idle"), "--warm-workers", "0") as running:
        yield running


JOBS = [
    ({"learning_speed": 1}, 400, "invalid_input", "'learning_speed'"),
    ({"epochs": 0}, 400, "invalid_input", "between 1 and 100000"),
    ({"epochs": "two"}, 400, "invalid_input", "epochs as int"),
    ({"learning_rate": -1}, 400, "invalid_input", "between 1e-07 and 10"),
    ({"optimizer": "lion"}, 400, "invalid_input", "sgd, adadelta, adam, adamw"),
    ({"recipe": "theirs"}, 400, "invalid_input", "inkling, tfjs, convnetjs, perceptron"),
    ({"recipe": ["tfjs"]}, 400, "invalid_input", "inkling, tfjs, convnetjs, perceptron"),
    ({"layers": "9"}, 400, "invalid_input", "layers such as"),
    ({"data": []}, 400, "invalid_input", "at least one data set"),
    ({"data": [1]}, 400, "invalid_input", "names or paths"),
    ({"data": ["no-such-set"]}, 422, "invalid_dataset", "'no-such-set'"),
    ({"data": ["/no/such/path"]}, 422, "invalid_dataset", "mnist, fashion-mnist"),
    ({"data": ["a\0b"]}, 422, "invalid_dataset", "is not there"),
    ({"data": ["feedback"]}, 422, "invalid_dataset", "feedback"),
    ({"outliers": ["no-such-set"]}, 422, "invalid_dataset", "'no-such-set'"),
    ({"teachers": ["no-such-run"]}, 400, "invalid_input", "the folder of a run"),
    ({"name": ""}, 400, "invalid_input", "printable"),
    ({"name": 7}, 400, "invalid_input", "printable"),
]


@pytest.mark.parametrize(("body", "status", "code", "words"), JOBS, ids=str)
def test_a_job_without_sense_is_refused(idle: Serving, body: dict, status: int, code: str, words: str):
    """With what is allowed; no job is kept of it."""
    assert_error(idle.ask("POST", "/jobs", SMALL | body), status, code, words)
    assert idle.ask("GET", "/jobs").body == {"jobs": [], "next": None}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid_json"),
        (b"", 400, "invalid_json"),
        (b"[]", 400, "invalid_input"),
        (b"[" + b"1," * 2000 + b"1]", 413, "too_large"),
    ],
)
def test_a_body_that_is_no_object_is_refused(idle: Serving, body: bytes, status: int, code: str):
    """Before anything is made of it."""
    assert_error(idle.ask("POST", "/jobs", body), status, code)


def test_a_large_body_is_refused(idle: Serving):
    """By the door, before it is read."""
    assert_error(idle.ask("POST", "/jobs", b" " * (1 << 20) + b"{}"), 413, "too_large", "1,048,576")


def test_empty_data_is_refused(idle: Serving, tmp_path):
    """A file of no bytes, a folder of no files."""
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder").mkdir()
    for name in ("empty.csv", "folder"):
        assert_error(idle.ask("POST", "/jobs", SMALL | {"data": [str(tmp_path / name)]}), 422, "invalid_dataset", "empty")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/jobs/none"),
        ("GET", "/jobs/none/events"),
        ("GET", "/jobs/none/snapshot"),
        ("PATCH", "/jobs/none"),
        ("POST", "/jobs/none/publish"),
        ("GET", "/jobs?before=none"),
    ],
)
def test_an_unknown_job_is_not_found(idle: Serving, method: str, path: str):
    """Whatever is asked of it."""
    assert_error(idle.ask(method, path, {"name": "x"} if method == "POST" else None), 404, "job_not_found", "'none'")


@pytest.mark.parametrize(
    "path", ["/jobs?limit=0", "/jobs?limit=x", "/jobs?colour=red", "/data?x=1", "/data/digits/samples?page=0"]
)
def test_a_query_without_sense_is_refused(idle: Serving, path: str):
    """With the parameters, or the range, that there are."""
    assert_error(idle.ask("GET", path), 400, "invalid_input")
