"""Who may use the service, and from which page."""

import pytest

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import Serving

PAGE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def open_to_a_page(tmp_path_factory):
    """A service that a page of another origin may use."""
    with Serving(tmp_path_factory.mktemp("page"), "--warm-workers", "0", "--cors-origin", PAGE) as serving:
        yield serving


def test_the_page_may_change_something(open_to_a_page: Serving):
    """Its browser asks first, and is told yes, without cookies."""
    asked = open_to_a_page.ask("OPTIONS", "/jobs", Origin=PAGE, Access_Control_Request_Method="POST")
    assert asked.status == 200
    assert asked.headers["Access-Control-Allow-Origin"] == PAGE
    for method in ("POST", "PATCH"):
        assert method in asked.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in asked.headers
    refused = open_to_a_page.ask("POST", "/jobs", {"epochs": 0}, Origin=PAGE)
    assert_error(refused, 400, "invalid_input")  # it was let in, to be told so
    assert refused.headers["Access-Control-Allow-Origin"] == PAGE


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:8001.evil.example", "http://127.0.0.1"])
def test_no_other_page_may(open_to_a_page: Serving, origin: str):
    """Neither change anything nor read an answer."""
    for method, path in (("POST", "/jobs"), ("PATCH", "/jobs/x"), ("POST", "/jobs/x/publish")):
        answer = open_to_a_page.ask(method, path, {}, Origin=origin)
        assert_error(answer, 403, "forbidden")
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Access-Control-Allow-Origin" not in open_to_a_page.ask("GET", "/jobs", Origin=origin).headers


def test_beyond_loopback_a_change_needs_the_token(tmp_path):
    """401 without it; what changes nothing needs none."""
    with Serving(tmp_path, "--warm-workers", "0", "--host", "0.0.0.0", INKLING_TOKEN="right") as serving:  # noqa: S104 for a moment
        serving.host = "127.0.0.1"
        assert_error(serving.ask("POST", "/jobs", {"epochs": 0}), 401, "unauthorized")
        assert_error(serving.ask("POST", "/jobs", {"epochs": 0}, Authorization="Bearer wrong"), 401, "unauthorized")
        assert_error(serving.ask("POST", "/jobs", {"epochs": 0}, Authorization="Bearer right"), 400, "invalid_input")
        assert serving.ask("GET", "/jobs").status == 200
        for path in ("/networks", "/splits"):
            assert serving.ask("POST", path, {"data": ["digits"]}).status == 200
            files = {"data": [str(tmp_path)]}  # what lies on this machine is nobody's business
            assert_error(serving.ask("POST", path, files), 401, "unauthorized")
            assert_error(serving.ask("POST", path, files, Authorization="Bearer right"), 422, "invalid_dataset")


def test_beyond_loopback_nothing_changes_where_no_token_is_set(tmp_path):
    """The sentence names the variable."""
    with Serving(tmp_path, "--warm-workers", "0", "--host", "0.0.0.0", INKLING_TOKEN="") as serving:  # noqa: S104 for a moment
        serving.host = "127.0.0.1"
        assert_error(serving.ask("POST", "/jobs", {"epochs": 0}), 403, "forbidden", "INKLING_TOKEN")
