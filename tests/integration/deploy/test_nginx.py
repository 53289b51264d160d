"""Both services behind nginx, with each of the configurations in deploy/nginx."""

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest

from server.settings import Settings
from tests.conftest import missing
from tests.support import nginx
from tests.support.fake_model import write_fake_model
from tests.support.nginx import HOST, Nginx
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import TIMEOUT_SECONDS, ServerProcess
from tests.support.trainer_process import LONG_FIT, TrainerProcess, parse_events

TOKEN = "a-long-secret"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}
DIGITS = {"images": [[[0] * 12 + [255] * 4 + [0] * 12] * 28] * 2, "labels": ["1", "1"]}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    if not (nginx.find_nginx() and shutil.which("openssl")):
        missing("no nginx or no openssl: install the packages nginx-light and openssl")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The addresses of a server and a trainer service on loopback, which may be reached under HOST."""
    models, folder = tmp_path_factory.mktemp("models"), tmp_path_factory.mktemp("services")
    write_fake_model(models / "digits.onnx")
    arguments, environment = ("--allowed-host", HOST), {"INKLING_TOKEN": TOKEN}
    (folder / "server").mkdir()
    (folder / "trainer").mkdir()
    with (
        ServerProcess(models, folder / "server", "--trainer", f"https://{HOST}/trainer", *arguments, **environment) as server,
        TrainerProcess(folder / "trainer", "--warm-workers", "0", *arguments, **environment) as trainer,
    ):
        yield f"127.0.0.1:{server.port}", f"127.0.0.1:{trainer.port}"


@pytest.fixture(scope="module", params=["compose.conf", "inkling.conf"])
def proxy(
    services: tuple[str, str], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Nginx]:
    """nginx in front of both services."""
    with nginx.running(tmp_path_factory.mktemp("nginx"), *services, tls=request.param == "inkling.conf") as running:
        yield running


def assert_json_error(response: HTTPResponse, status: int, code: str) -> None:
    """The services' form of errors."""
    assert (response.status, response.body["error"]["code"]) == (status, code)
    assert response.body["error"]["message"]


def test_page_and_api(proxy: Nginx):
    """The page names the trainer's address behind the same host."""
    page = proxy.request("GET", "/train", Host=HOST)
    assert page.status == 200
    assert f'content="https://{HOST}/trainer"'.encode() in page.body
    assert proxy.request("GET", "/static/js/train/view.js", Host=HOST).status == 200
    body = encode_picture(draw_seven())
    predicted = proxy.request("POST", "/predict", body, Host=HOST, Content_Type="image/png")
    assert predicted.status == 200
    assert predicted.body["predictions"]


def test_trainer_is_routed(proxy: Nginx):
    """Without the prefix."""
    assert proxy.request("GET", "/trainer/health/live", Host=HOST).status == 200
    assert proxy.request("GET", "/trainer/jobs?limit=1", Host=HOST).status == 200
    assert_json_error(proxy.request("GET", "/trainer/nothing", Host=HOST), 404, "not_found")


def test_metrics_are_not_public(proxy: Nginx):
    """Of neither service."""
    assert [proxy.request("GET", path, Host=HOST).status for path in ("/metrics", "/trainer/metrics")] == [404, 404]


def assert_token_is_needed(proxy: Nginx, **headers: str) -> None:
    """For changes, in both services."""
    for path in ("/feedback", "/trainer/lessons/1"):
        assert_json_error(proxy.request("DELETE", path, **headers), 401, "unauthorized")
    assert proxy.request("DELETE", "/feedback", **headers, **WITH_TOKEN).status == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-Forwarded-Host", "localhost"), ("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1;host=localhost")],
)
def test_forwarded_headers_do_not_make_a_client_local(proxy: Nginx, name: str, value: str):
    """Whatever a client claims about its host and its address."""
    assert_token_is_needed(proxy, Host=HOST, **{name: value})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000"])
def test_host_does_not_make_a_client_local(services: tuple[str, str], tmp_path: Path, host: str):
    """On loopback. In containers, the services listen beyond loopback and have no local clients."""
    with nginx.running(tmp_path, *services, tls=True) as proxy:
        assert_token_is_needed(proxy, Host=host)


@pytest.mark.parametrize("path", ["/predict", "/evaluate", "/trainer/jobs"])
def test_bodies_over_the_proxys_limit(proxy: Nginx, path: str):
    """Rejected by their declared length, before they arrive, in the services' form."""
    connection = proxy.connect()
    try:
        connection.putrequest("POST", path, skip_host=True)
        for name, value in {"Host": HOST, "Content-Length": str(Settings().max_evaluate_bytes + 1)}.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        response.body = json.load(response)
    finally:
        connection.close()
    assert_json_error(response, 413, "too_large")


def test_bodies_over_the_servers_limit(proxy: Nginx):
    """The proxy passes them on, and the server's response is its own."""
    body = bytes(Settings().max_predict_bytes + 1)
    assert_json_error(proxy.request("POST", "/predict", body, Host=HOST, Content_Type="image/png"), 413, "too_large")


def test_evaluation_reports_its_progress(proxy: Nginx):
    """As JSON lines."""
    headers = WITH_TOKEN | {"Host": HOST, "Content-Type": "application/json", "Accept": "application/x-ndjson"}
    response = proxy.request("POST", "/evaluate", json.dumps(DIGITS), **headers)
    assert response.status in (200, 201), response.body
    assert [json.loads(line) for line in response.body.splitlines()]


def test_rate_limit(services: tuple[str, str], tmp_path: Path):
    """Beyond it, requests are rejected in the services' form; the page's files are not limited."""
    with nginx.running(tmp_path, *services, tls=True) as proxy:
        connection, statuses = proxy.connect(), set()
        for _ in range(600):
            connection.request("GET", "/health/live")
            response = connection.getresponse()
            body = response.read()
            statuses.add(response.status)
            if response.status == 429:
                break
        assert statuses == {200, 429}
        assert json.loads(body)["error"]["code"] == "too_many_requests"
        assert response.headers["Retry-After"]
        connection.request("GET", "/static/favicon.svg")
        assert connection.getresponse().status == 200
        connection.close()


class HeldUpstream:
    """A service that sends the head and the first line of a response, and the rest only once it is released."""

    def __init__(self, *headers: str):
        self.head = "\r\n".join(["HTTP/1.1 200 OK", "Connection: close", *headers, "", ""]).encode()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.released = threading.Event()
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "HeldUpstream":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self.thread.join(TIMEOUT_SECONDS)
        self.listener.close()

    def _serve(self) -> None:
        self.listener.settimeout(TIMEOUT_SECONDS)
        connection, _ = self.listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(self.head + b"first\n")
            self.released.wait()
            connection.sendall(b"last\n")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/evaluate", ["Content-Type: application/x-ndjson"]),
        ("/trainer/jobs/1/events", ["Content-Type: text/event-stream", "X-Accel-Buffering: no"]),
    ],
)
@pytest.mark.parametrize("tls", [False, True], ids=["compose.conf", "inkling.conf"])
def test_streams_are_not_buffered(tmp_path: Path, tls: bool, path: str, headers: list[str]):
    """A line arrives while the service has not sent the next one."""
    with HeldUpstream(*headers) as upstream, nginx.running(tmp_path, upstream.address, upstream.address, tls=tls) as proxy:
        connection = proxy.connect()
        connection.sock.settimeout(10)
        connection.request("GET", path, headers={"Host": HOST})
        response = connection.getresponse()
        assert response.readline() == b"first\n"
        upstream.released.set()
        assert response.read() == b"last\n"
        connection.close()


def test_events_of_a_job(proxy: Nginx):
    """A fit is started, followed and stopped through the proxy."""
    submitted = proxy.request("POST", "/trainer/jobs", json.dumps(LONG_FIT), Host=HOST, **WITH_TOKEN)
    assert submitted.status == 202, submitted.body
    job = f"/trainer{submitted.headers['Location']}"
    connection = proxy.connect()
    connection.sock.settimeout(150)
    connection.request("GET", f"{job}/events", headers={"Host": HOST})
    response = connection.getresponse()
    assert response.headers.get_content_type() == "text/event-stream"
    assert "started" in (event.kind for event in parse_events(response))
    response.close()
    connection.close()
    stopped = proxy.request("PATCH", job, json.dumps({"state": "stopped"}), Host=HOST, **WITH_TOKEN)
    assert stopped.status == 200, stopped.body
