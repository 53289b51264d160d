"""Limits of a real server: connections, requests in flight, large bodies of strangers, clients that are gone."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.support.fake_model import write_fake_model
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import ServerProcess, post_head, read_response, send_request

PNG = encode_picture(draw_seven())
MODELS = Path(__file__).parents[3] / "models"
STROKES = b'{"strokes":[[[0,0],[9,9]]]}'


EXPLAIN = post_head("/explain", Content_Length=len(STROKES)).replace(b"image/png", b"application/json") + STROKES
"""A small request whose response has one megabyte with the shipped model."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with one worker."""
    folder: Path = tmp_path_factory.mktemp("server")
    write_fake_model(folder / "digits.onnx")
    with ServerProcess(folder, folder, "--workers", "1") as server:
        yield server


def test_silent_connections_give_way(tmp_path: Path):
    """At the maximum number of connections, those that send nothing are closed long before the idle timeout."""
    write_fake_model(tmp_path / "digits.onnx")
    limits = {"INKLING_MAX_CONNECTIONS": "12", "INKLING_IDLE_TIMEOUT": "600"}
    with ServerProcess(tmp_path, tmp_path, "--workers", "1", **limits) as server:
        silent = [server.send(post_head(Content_Length=len(PNG)) + PNG[:40]) for _ in range(30)]
        assert server.get("/health/ready").status == 200
        assert silent[0].recv(1_000) == b""


def test_work_ends_when_its_client_is_gone(running: ServerProcess):
    """The thread is free for others, and nothing is logged."""
    page = np.full((1_500, 1_500), 255, np.uint8)
    page[::9, ::9] = 0
    picture = encode_picture(page)
    for _ in range(6):
        running.send(post_head("/read?allow_empty=true", Content_Length=len(picture)) + picture).close()
    assert send_request(running.connect(), "POST", "/read", body=PNG, headers={"Content-Type": "image/png"}).status == 200


def test_large_upload_without_the_token_is_refused_at_its_headers(tmp_path: Path):
    """Before the body is sent, with the error of the app."""
    write_fake_model(tmp_path / "digits.onnx")
    with ServerProcess(tmp_path, tmp_path, "--workers", "1", "--host", "0.0.0.0", INKLING_TOKEN="right") as server:  # noqa: S104
        response = read_response(server.send(post_head("/evaluate", Content_Length=100_000_000)))
        assert (response.status, response.body["error"]["code"]) == (401, "unauthorized")
        assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_requests_beyond_the_limit_get_429(tmp_path: Path):
    """With the time after which to retry; monitoring is answered."""
    write_fake_model(tmp_path / "digits.onnx")
    page = encode_picture(np.tile(draw_seven(), (6, 6)))
    read = post_head("/read", Content_Length=len(page)) + page
    with ServerProcess(tmp_path, tmp_path, "--workers", "1", "--threads", "1", "--max-requests-in-flight", "2") as server:
        responses = [read_response(connection) for connection in [server.send(read) for _ in range(12)]]
        refused = [response for response in responses if response.status == 429]
        assert {response.status for response in responses} == {200, 429}
        assert {response.headers["Retry-After"] for response in refused} == {"1"}
        assert {response.body["error"]["code"] for response in refused} == {"too_many_requests"}
        assert server.get("/metrics").status == 200


def test_rejections_below_v2_have_the_body_of_the_protocol(running: ServerProcess):
    """Clients of Triton and KServe expect a text."""
    response = read_response(running.send(post_head("/v2/models/digits/infer", Content_Length=10**9)))
    assert response.status == 413
    assert isinstance(response.body["error"], str)


def test_rejections_have_cors_headers(tmp_path: Path):
    """Else a page of an allowed origin could not tell them from a broken connection."""
    write_fake_model(tmp_path / "digits.onnx")
    page = "http://page.example"
    with ServerProcess(tmp_path, tmp_path, "--workers", "1", "--cors-origin", page) as server:
        for origin, allowed in ((page, page), ("http://other.example", None)):
            response = read_response(server.send(post_head("/predict", Content_Length=10**9, Origin=origin)))
            assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (413, allowed)


def test_readers_that_stall_are_closed_at_the_limit_too(tmp_path: Path):
    """Their sockets never become writable, so that waiting for it would keep them forever."""
    limits = {"INKLING_MAX_CONNECTIONS": "12", "INKLING_IDLE_TIMEOUT": "2"}
    with ServerProcess(MODELS, tmp_path, "--workers", "1", **limits) as server:
        for _ in range(14):
            server.send(EXPLAIN * 50)
        assert server.get("/health/ready").status == 200
