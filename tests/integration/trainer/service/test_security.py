"""Tokens and origins."""

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import TrainerProcess

PAGE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def cors_service(tmp_path_factory):
    """A service with an allowed origin."""
    with TrainerProcess(tmp_path_factory.mktemp("page"), "--warm-workers", "0", "--cors-origin", PAGE) as service:
        yield service


def test_the_allowed_origin_has_access(cors_service: TrainerProcess):
    """Also preflight requests; never with credentials."""
    preflight = cors_service.request("OPTIONS", "/jobs", Origin=PAGE, Access_Control_Request_Method="POST")
    assert preflight.status == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == PAGE
    for method in ("POST", "PATCH"):
        assert method in preflight.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in preflight.headers
    response = cors_service.request("POST", "/jobs", {"epochs": 0}, Origin=PAGE)
    assert_error(response, 400, "invalid_input")  # from the endpoint itself
    assert response.headers["Access-Control-Allow-Origin"] == PAGE


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:8001.evil.example", "http://127.0.0.1"])
def test_other_origins_have_no_access(cors_service: TrainerProcess, origin: str):
    """Neither to changes nor to responses."""
    for method, path in (("POST", "/jobs"), ("PATCH", "/jobs/x"), ("POST", "/jobs/x/publish")):
        response = cors_service.request(method, path, {}, Origin=origin)
        assert_error(response, 403, "forbidden")
        assert "Access-Control-Allow-Origin" not in response.headers
    assert "Access-Control-Allow-Origin" not in cors_service.request("GET", "/jobs", Origin=origin).headers


def test_beyond_loopback_changes_need_the_token(tmp_path):
    """So do requests that read datasets. Other reads do not."""
    with TrainerProcess(tmp_path, "--warm-workers", "0", "--host", "0.0.0.0", INKLING_TOKEN="right") as service:  # noqa: S104 for a moment
        service.host = "127.0.0.1"
        assert_error(service.request("POST", "/jobs", {"epochs": 0}), 401, "unauthorized")
        assert_error(service.request("POST", "/jobs", {"epochs": 0}, Authorization="Bearer wrong"), 401, "unauthorized")
        assert_error(service.request("POST", "/jobs", {"epochs": 0}, Authorization="Bearer right"), 400, "invalid_input")
        assert service.request("GET", "/jobs").status == 200
        for path in ("/networks", "/splits"):
            assert_error(service.request("POST", path, {"data": ["digits"]}), 401, "unauthorized")
            assert service.request("POST", path, {"data": ["digits"]}, Authorization="Bearer right").status == 200
            files = {"data": [str(tmp_path)]}  # what lies on this machine is nobody's business
            assert_error(service.request("POST", path, files), 401, "unauthorized")
            assert_error(service.request("POST", path, files, Authorization="Bearer right"), 422, "invalid_dataset")


def test_beyond_loopback_without_a_token_changes_are_forbidden(tmp_path):
    """INKLING_TOKEN is not set."""
    with TrainerProcess(tmp_path, "--warm-workers", "0", "--host", "0.0.0.0", INKLING_TOKEN="") as service:  # noqa: S104 for a moment
        service.host = "127.0.0.1"
        assert_error(service.request("POST", "/jobs", {"epochs": 0}), 403, "forbidden")
