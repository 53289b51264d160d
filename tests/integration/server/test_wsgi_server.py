"""The door of a real server: broken, oversized, chunked and slow requests."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkling.service.http.security_headers import HEADERS
from tests.support.fake_model import write_fake_model
from tests.support.pictures import encoded, seven
from tests.support.server_process import Running, ask, receive, wait_for

PNG = encoded(seven())
STROKES = b'{"strokes":[[[0,0],[9,9]]]}'
SHIPPED = Path(__file__).parents[3] / "models"
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
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with one worker and low limits."""
    folder: Path = tmp_path_factory.mktemp("door")
    write_fake_model(folder / "digits.onnx")
    with Running(folder, folder, "--workers", "1", **LIMITS) as server:
        yield server


def head(path: str = "/predict", **headers: object) -> bytes:
    """A request's first line and headers."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: image/png"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def chunked(data: bytes, size: int = 1_000) -> bytes:
    """Data in chunks, with the last one."""
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])


BROKEN = {
    "no request": (b"hello\r\n\r\n", 400, "bad_request"),
    "no header": (b"GET / HTTP/1.1\r\nnonsense\r\n\r\n", 400, "bad_request"),
    "a method in small letters": (b"get / HTTP/1.1\r\n\r\n", 400, "bad_request"),
    "a length that is none": (head(Content_Length="ten"), 400, "bad_request"),
    "a negative length": (head(Content_Length=-1), 400, "bad_request"),
    "a chunk of no size": (head(Transfer_Encoding="chunked") + b"xyz\r\n", 400, "bad_request"),
    "a chunk without its end": (head(Transfer_Encoding="chunked") + b"3\r\nabcdef\r\n", 400, "bad_request"),
    "another encoding": (head(Transfer_Encoding="gzip"), 501, "not_implemented"),
    "long headers": (head(X_Long="x" * 5_000), 431, "request_header_fields_too_large"),
    "a long first line": (b"GET /" + b"x" * 5_000, 431, "request_header_fields_too_large"),
    "a large body": (head(Content_Length=LIMIT + 1), 413, "too_large"),
    "a huge body": (head(Content_Length=10**15), 413, "too_large"),
    "a large body that asks first": (head(Content_Length=LIMIT + 1, Expect="100-continue"), 413, "too_large"),
    "a large body in chunks": (head(Transfer_Encoding="chunked") + chunked(b"x" * (LIMIT + 1)), 413, "too_large"),
    "a large set": (head("/evaluate", Content_Length=2 * LIMIT + 1), 413, "too_large"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_refused_before_the_app_has_the_one_body(running: Running, what: str):
    """And the headers of every other answer; the connection is closed."""
    data, status, code = BROKEN[what]
    answer = receive(running.send(data))
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.body["error"]["code"] == code
    assert answer.body["error"]["message"].startswith("Expected ")
    assert answer.headers["Connection"] == "close"
    for name, value in HEADERS.items():
        assert answer.headers.get_all(name) == [value]


def test_refusals_are_counted(running: Running):
    """Although they have no route."""
    receive(running.send(BROKEN["no request"][0]))
    text = running.get("/metrics").body.decode()
    assert 'inkling_requests_total{method="other",route="other",status="400"}' in text


@pytest.mark.parametrize("excess", [1, 50_000_000])
def test_who_sends_too_much_still_reads_the_refusal(running: Running, excess: int):
    """The rest is thrown away instead of the connection being reset under it."""
    body = b"x" * (LIMIT + excess)
    for more in ({"body": body}, {"body": iter([body]), "encode_chunked": True, "headers": {"Transfer-Encoding": "chunked"}}):
        answer = ask(running.connect(), "POST", "/predict", **more)
        assert answer.status == 413
        assert f"{LIMIT:,}" in answer.body["error"]["message"]


def test_chunked_bodies_are_read_whole(running: Running):
    """As those of known length, up to the limit."""
    plain = ask(running.connect(), "POST", "/predict", body=PNG, headers={"Content-Type": "image/png"})
    answer = receive(running.send(head(Transfer_Encoding="chunked") + chunked(PNG, 7)))
    assert (answer.status, answer.body) == (200, plain.body)
    padded = receive(running.send(head(Transfer_Encoding="chunked") + chunked(PNG + b"\0" * 200_000)))
    assert (padded.status, padded.body) == (200, plain.body)


def test_a_body_at_its_limit_is_read(running: Running):
    """The limit itself is allowed, and /evaluate has its own."""
    exact = ask(running.connect(), "POST", "/predict", body=PNG.ljust(LIMIT, b"\0"), headers={"Content-Type": "image/png"})
    assert exact.status == 200
    body = json.dumps({"images": ["x" * LIMIT], "labels": ["7"]}).encode()
    assert LIMIT < len(body) < 2 * LIMIT
    answer = ask(running.connect(), "POST", "/evaluate", body=body, headers={"Content-Type": "application/json"})
    assert answer.status < 500
    assert answer.status != 413


def test_expect_continue_is_answered(running: Running):
    """A client that asks first is told to go on."""
    connection = running.send(head(Content_Length=len(PNG), Expect="100-continue"))
    assert connection.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(PNG)
    assert receive(connection).status == 200


def test_requests_in_one_go_are_answered_in_order(running: Running):
    """Pipelining: three requests in one packet, of both lanes."""
    connection = running.send(
        b"".join(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path for path in (b"/health/live", b"/models", b"/nothing"))
    )
    seen = b""
    while seen.count(b"HTTP/1.1 ") < 3 or not seen.endswith(b"}"):
        seen += connection.recv(10_000)
    assert [part[:3] for part in seen.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"404"]
    assert seen.index(b'"live"') < seen.index(b'"default"') < seen.index(b'"not_found"')


EXPLAIN = b"POST /explain HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(STROKES)
EXPLAIN += STROKES
"""A small request for a large answer: with the model that is shipped, a megabyte."""

IN_ONE_GO = 50
"""So many of it arrive together, and what they ask for fits into no buffer of the system."""


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with one thread for large answers, and little patience."""
    words = ("--workers", "1", "--threads", "1")
    with Running(SHIPPED, tmp_path_factory.mktemp("talkative"), *words, INKLING_IDLE_TIMEOUT="2") as server:
        yield server


def test_large_answers_asked_for_in_one_go_all_arrive(talkative: Running):
    """The server goes on with the next one as they are taken."""
    connection = talkative.send(EXPLAIN * IN_ONE_GO + b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    seen = bytearray()
    while block := connection.recv(1 << 20):
        seen += block
    answers = bytes(seen).split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert len(answers) == IN_ONE_GO + 1
    bodies = [answer.partition(b"\r\n\r\n")[2] for answer in answers]
    assert set(bodies[:-1]) == {bodies[0]}
    assert b'"live"' in bodies[-1]


def test_who_takes_no_answer_holds_no_thread(talkative: Running):
    """Others are answered meanwhile, and the connection ends, though nothing more can be sent on it."""
    connection = talkative.send(EXPLAIN * IN_ONE_GO)
    other = f":{talkative.port:04X}", f":{connection.getsockname()[1]:04X}"

    def is_open() -> bool:
        ends = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any(end[1].endswith(other[0]) and end[2].endswith(other[1]) and end[3] == "01" for end in ends)

    assert is_open()
    while is_open():
        assert talkative.get("/models").status == 200


def test_slow_clients_do_not_keep_others_waiting(running: Running):
    """Hundreds that send half a header or half a body, and nothing more: others are answered, and they are let go."""
    halves = [b"POST /predict HTTP/1.1\r\nHos", head(Content_Length=len(PNG)) + PNG[:40]]
    slow = [running.send(halves[number % 2]) for number in range(SLOW_CLIENTS)]
    for _ in range(20):
        answer = ask(running.connect(), "POST", "/predict", body=PNG, headers={"Content-Type": "image/png"})
        assert answer.status == 200
    for connection in slow:
        assert connection.recv(1_000) == b""


def test_who_trickles_is_let_go(running: Running):
    """A client that sends a byte now and then is never silent, but its request must arrive in time."""
    connection = running.send(head(Content_Length=100_000))

    def trickle() -> bool:
        try:
            connection.sendall(b"x")
        except ConnectionError:
            return True
        return False

    wait_for(trickle, "the connection to close")


def test_who_goes_away_is_no_fault(running: Running):
    """Clients that close in the middle leave the log empty and the server well."""
    before = running.log.read_text()
    for _ in range(20):
        running.send(head(Content_Length=len(PNG)) + PNG).close()
        running.send(head(Content_Length=len(PNG)) + PNG[:10]).close()
    assert ask(running.connect(), "GET", "/health/ready").status == 200
    assert running.log.read_text() == before
