"""Invalid requests to /jobs and /data."""

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import SHORT_FIT, TrainerProcess

JOBS = [
    ({"learning_speed": 1}, 400, "invalid_input"),
    ({"epochs": 0}, 400, "invalid_input"),
    ({"epochs": "two"}, 400, "invalid_input"),
    ({"learning_rate": -1}, 400, "invalid_input"),
    ({"optimizer": "lion"}, 400, "invalid_input"),
    ({"recipe": "theirs"}, 400, "invalid_input"),
    ({"recipe": ["tfjs"]}, 400, "invalid_input"),
    ({"layers": "9"}, 400, "invalid_input"),
    ({"data": []}, 400, "invalid_input"),
    ({"data": [1]}, 400, "invalid_input"),
    ({"data": ["no-such-set"]}, 422, "invalid_dataset"),
    ({"data": ["/no/such/path"]}, 422, "invalid_dataset"),
    ({"data": ["a\0b"]}, 422, "invalid_dataset"),
    ({"data": ["feedback"]}, 422, "invalid_dataset"),
    ({"outliers": ["no-such-set"]}, 422, "invalid_dataset"),
    ({"teachers": ["no-such-run"]}, 400, "invalid_input"),
    ({"name": ""}, 400, "invalid_input"),
    ({"name": 7}, 400, "invalid_input"),
]


@pytest.mark.parametrize(("body", "status", "code"), JOBS, ids=str)
def test_invalid_jobs_are_rejected(idle_service: TrainerProcess, body: dict, status: int, code: str):
    """No job is stored."""
    assert_error(idle_service.request("POST", "/jobs", SHORT_FIT | body), status, code)
    assert idle_service.request("GET", "/jobs").body == {"jobs": [], "next": None}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid_json"),
        (b"", 400, "invalid_json"),
        (b"[]", 400, "invalid_input"),
        (b"[" + b"1," * 2000 + b"1]", 413, "too_large"),
    ],
)
def test_bodies_must_be_json_objects(idle_service: TrainerProcess, body: bytes, status: int, code: str):
    """With a limited number of values."""
    assert_error(idle_service.request("POST", "/jobs", body), status, code)


def test_large_bodies_are_rejected(idle_service: TrainerProcess):
    """Above `max_body_bytes`."""
    assert_error(idle_service.request("POST", "/jobs", b" " * (1 << 20) + b"{}"), 413, "too_large")


def test_empty_data_is_rejected(idle_service: TrainerProcess, tmp_path):
    """An empty file, and a folder without files."""
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder").mkdir()
    for name in ("empty.csv", "folder"):
        assert_error(
            idle_service.request("POST", "/jobs", SHORT_FIT | {"data": [str(tmp_path / name)]}), 422, "invalid_dataset"
        )


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
def test_unknown_jobs(idle_service: TrainerProcess, method: str, path: str):
    """Every endpoint responds with the same code."""
    assert_error(idle_service.request(method, path, {"name": "x"} if method == "POST" else None), 404, "job_not_found")


@pytest.mark.parametrize(
    "path", ["/jobs?limit=0", "/jobs?limit=x", "/jobs?colour=red", "/data?x=1", "/data/digits/samples?page=0"]
)
def test_invalid_queries_are_rejected(idle_service: TrainerProcess, path: str):
    """Unknown parameters and values out of range."""
    assert_error(idle_service.request("GET", path), 400, "invalid_input")
