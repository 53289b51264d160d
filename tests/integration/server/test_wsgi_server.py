"""WsgiServer in a real server: malformed, oversized, chunked, pipelined and slow requests."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkling.service.http.security_headers import HEADERS
from tests.support.fake_model import write_fake_model
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import ServerProcess, post_head, read_response, send_request, wait_for

PNG = encode_picture(draw_seven())
STROKES = b'{"strokes":[[[0,0],[9,9]]]}'
MODELS = Path(__file__).parents[3] / "models"
LIMIT = 300_000
SLOW_CLIENTS = 300

LIMITS = {
    "INKLING_MAX_PREDICT_BYTES": str(LIMIT),
    "INKLING_MAX_EVALUATE_BYTES": str(2 * LIMIT),
    "INKLING_MAX_HEADER_BYTES": "4000",
    "INKLING_IDLE_TIMEOUT": "1",
    "INKLING_RECEIVE_TIMEOUT": "3",
    "INKLING_MAX_CONNECTIONS": "1000",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with one worker and low limits."""
    folder: Path = tmp_path_factory.mktemp("server")
    write_fake_model(folder / "digits.onnx")
    with ServerProcess(folder, folder, "--workers", "1", **LIMITS) as server:
        yield server


def chunked(data: bytes, size: int = 1_000) -> bytes:
    """Data in chunked transfer coding."""
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])


REJECTED = {
    "not HTTP": (b"hello\r\n\r\n", 400, "bad_request"),
    "malformed header": (b"GET / HTTP/1.1\r\nnonsense\r\n\r\n", 400, "bad_request"),
    "lower-case method": (b"get / HTTP/1.1\r\n\r\n", 400, "bad_request"),
    "non-numeric length": (post_head(Content_Length="ten"), 400, "bad_request"),
    "negative length": (post_head(Content_Length=-1), 400, "bad_request"),
    "chunk without size": (post_head(Transfer_Encoding="chunked") + b"xyz\r\n", 400, "bad_request"),
    "chunk longer than its size": (post_head(Transfer_Encoding="chunked") + b"3\r\nabcdef\r\n", 400, "bad_request"),
    "unsupported encoding": (post_head(Transfer_Encoding="gzip"), 501, "not_implemented"),
    "endless chunk line": (post_head(Transfer_Encoding="chunked") + b"0" * 10_000, 400, "bad_request"),
    "endless trailer": (post_head(Transfer_Encoding="chunked") + b"0\r\nX: " + b"x" * 10_000, 400, "bad_request"),
    "both lengths": (post_head(Transfer_Encoding="chunked", Content_Length=3) + chunked(b"abc"), 400, "bad_request"),
    "invalid IPv6 address": (b"GET http://[::1/x HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"),
    "no Host": (b"GET /health/live HTTP/1.1\r\n\r\n", 400, "bad_request"),
    "two Hosts": (b"GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad_request"),
    "long headers": (post_head(X_Long="x" * 5_000), 431, "request_header_fields_too_large"),
    "long request line": (b"GET /" + b"x" * 5_000, 431, "request_header_fields_too_large"),
    "large body": (post_head(Content_Length=LIMIT + 1), 413, "too_large"),
    "huge body": (post_head(Content_Length=10**15), 413, "too_large"),
    "large body with Expect": (post_head(Content_Length=LIMIT + 1, Expect="100-continue"), 413, "too_large"),
    "large chunked body": (post_head(Transfer_Encoding="chunked") + chunked(b"x" * (LIMIT + 1)), 413, "too_large"),
    "large dataset": (post_head("/evaluate", Content_Length=2 * LIMIT + 1), 413, "too_large"),
}


@pytest.mark.parametrize("name", REJECTED)
def test_request_rejected_before_the_app_gets_a_json_error(running: ServerProcess, name: str):
    """With the security headers of every other response; then the connection is closed."""
    data, status, code = REJECTED[name]
    response = read_response(running.send(data))
    assert response.status == status
    assert response.headers["Content-Type"] == "application/json"
    assert response.body["error"]["code"] == code
    assert response.body["error"].keys() == {"code", "message"}
    assert response.headers["Connection"] == "close"
    for header, value in HEADERS.items():
        assert response.headers.get_all(header) == [value]


def test_rejected_requests_are_counted(running: ServerProcess):
    """Under the route "other"."""
    read_response(running.send(REJECTED["not HTTP"][0]))
    text = running.get("/metrics").body.decode()
    assert 'inkling_http_requests_total{method="other",route="other",status="400"}' in text


@pytest.mark.parametrize("excess", [1, 50_000_000])
def test_client_that_sends_too_much_can_read_the_413(running: ServerProcess, excess: int):
    """The rest of the body is discarded; the connection is not reset."""
    body = b"x" * (LIMIT + excess)
    for options in (
        {"body": body},
        {"body": iter([body]), "encode_chunked": True, "headers": {"Transfer-Encoding": "chunked"}},
    ):
        response = send_request(running.connect(), "POST", "/predict", **options)
        assert response.status == 413
        assert f"{LIMIT:,}" in response.body["error"]["message"]


def test_chunked_bodies_are_accepted_up_to_the_limit(running: ServerProcess):
    """The response is the same as to a body with Content-Length."""
    plain = send_request(running.connect(), "POST", "/predict", body=PNG, headers={"Content-Type": "image/png"})
    response = read_response(running.send(post_head(Transfer_Encoding="chunked") + chunked(PNG, 7)))
    assert (response.status, response.body) == (200, plain.body)
    padded = read_response(running.send(post_head(Transfer_Encoding="chunked") + chunked(PNG + b"\0" * 200_000)))
    assert (padded.status, padded.body) == (200, plain.body)


def test_limit_is_inclusive_and_depends_on_the_path(running: ServerProcess):
    """/evaluate has a limit of its own."""
    exact = send_request(
        running.connect(), "POST", "/predict", body=PNG.ljust(LIMIT, b"\0"), headers={"Content-Type": "image/png"}
    )
    assert exact.status == 200
    body = json.dumps({"images": ["x" * LIMIT], "labels": ["7"]}).encode()
    assert LIMIT < len(body) < 2 * LIMIT
    response = send_request(running.connect(), "POST", "/evaluate", body=body, headers={"Content-Type": "application/json"})
    assert response.status < 500
    assert response.status != 413


def test_expect_continue(running: ServerProcess):
    """The server sends 100 Continue before it reads the body."""
    connection = running.send(post_head(Content_Length=len(PNG), Expect="100-continue"))
    assert connection.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(PNG)
    assert read_response(connection).status == 200


def test_pipelined_requests_are_answered_in_order(running: ServerProcess):
    """Three requests in one packet, for both thread pools."""
    connection = running.send(
        b"".join(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path for path in (b"/health/live", b"/models", b"/nothing"))
    )
    received = b""
    while received.count(b"HTTP/1.1 ") < 3 or not received.endswith(b"}"):
        received += connection.recv(10_000)
    assert [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"404"]
    assert received.index(b'"live"') < received.index(b'"default"') < received.index(b'"not_found"')


EXPLAIN = b"POST /explain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
    STROKES
)
EXPLAIN += STROKES
"""A small request whose response has one megabyte with the shipped model."""

PIPELINED = 50
"""So many requests arrive together that their responses do not fit into the kernel's buffers."""


@pytest.fixture(scope="module")
def single_threaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with one thread in the main pool and a short idle timeout."""
    arguments = ("--workers", "1", "--threads", "1")
    with ServerProcess(MODELS, tmp_path_factory.mktemp("single_threaded"), *arguments, INKLING_IDLE_TIMEOUT="2") as server:
        yield server


def test_large_pipelined_responses_all_arrive(single_threaded: ServerProcess):
    """The server continues as the client reads."""
    connection = single_threaded.send(
        EXPLAIN * PIPELINED + b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    received = bytearray()
    while block := connection.recv(1 << 20):
        received += block
    responses = bytes(received).split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert len(responses) == PIPELINED + 1
    bodies = [response.partition(b"\r\n\r\n")[2] for response in responses]
    assert set(bodies[:-1]) == {bodies[0]}
    assert b'"live"' in bodies[-1]


def test_client_that_reads_nothing_occupies_no_thread(single_threaded: ServerProcess):
    """Other clients are served meanwhile, and the connection is closed after the idle timeout."""
    connection = single_threaded.send(EXPLAIN * PIPELINED)
    local, remote = f":{single_threaded.port:04X}", f":{connection.getsockname()[1]:04X}"

    def is_open() -> bool:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any(row[1].endswith(local) and row[2].endswith(remote) and row[3] == "01" for row in rows)

    assert is_open()
    while is_open():
        assert single_threaded.get("/models").status == 200


def test_slow_clients_do_not_delay_others(running: ServerProcess):
    """Hundreds send half of their headers or body and then nothing; they are disconnected after the idle timeout."""
    halves = [b"POST /predict HTTP/1.1\r\nHos", post_head(Content_Length=len(PNG)) + PNG[:40]]
    slow = [running.send(halves[number % 2]) for number in range(SLOW_CLIENTS)]
    for _ in range(20):
        response = send_request(running.connect(), "POST", "/predict", body=PNG, headers={"Content-Type": "image/png"})
        assert response.status == 200
    for connection in slow:
        assert connection.recv(1_000) == b""


def test_request_must_arrive_within_the_receive_timeout(running: ServerProcess):
    """A client that sends a byte now and then is never idle."""
    connection = running.send(post_head(Content_Length=100_000))

    def is_closed() -> bool:
        try:
            connection.sendall(b"x")
        except ConnectionError:
            return True
        return False

    wait_for(is_closed, "the connection to close")


def test_disconnects_are_not_logged(running: ServerProcess):
    """Clients may disconnect at any time."""
    before = running.log.read_text()
    for _ in range(20):
        running.send(post_head(Content_Length=len(PNG)) + PNG).close()
        running.send(post_head(Content_Length=len(PNG)) + PNG[:10]).close()
    assert send_request(running.connect(), "GET", "/health/ready").status == 200
    assert running.log.read_text() == before
