"""Client: requests, errors of the transport, and error responses."""

import http.server
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

import inkling
from inkling.errors import InvalidInput, ModelNotFound, RequestFailed, ServerUnavailable


class Recorder(http.server.BaseHTTPRequestHandler):
    """Records requests and sends a prepared response."""

    requests: list[tuple[str, dict[str, str]]]
    response: tuple[int, dict[str, str], bytes]

    def do_POST(self) -> None:
        """Handle a POST request."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.requests.append((self.path, dict(self.headers)))
        status, headers, body = self.response
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def recorder() -> Iterator[type[Recorder]]:
    """A handler whose `url` is the address of its server."""
    handler = type("Handler", (Recorder,), {"requests": [], "response": (200, {}, b"{}")})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    handler.url = f"http://127.0.0.1:{server.server_port}"
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


PREDICTIONS = {
    "labels": ["a", "b"],
    "predictions": [{"label": "b", "confidence": 0.75, "known": True, "multiple": False, "probabilities": [0.25, 0.75]}],
}


def test_request(recorder: type[Recorder]) -> None:
    """Model, crops and token are sent; a trailing slash in the address doesn't matter."""
    recorder.response = (200, {}, json.dumps(PREDICTIONS).encode())
    client = inkling.Client(recorder.url + "/", model="my model", token="secret")
    assert client.predict(b"picture", crops="1") == inkling.Prediction("b", 0.75, True, False, {"a": 0.25, "b": 0.75})
    ((path, headers),) = recorder.requests
    assert path == "/predict?crops=1&model=my+model"
    assert headers["Authorization"] == "Bearer secret"
    assert "secret" not in repr(client)


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://host", "file:///etc/passwd", "http://"])
def test_invalid_url(url: str) -> None:
    """An address that isn't HTTP raises InvalidInput."""
    with pytest.raises(InvalidInput):
        inkling.Client(url)


def test_unreachable_server() -> None:
    """It raises ServerUnavailable with the address in one sentence or two."""
    with pytest.raises(ServerUnavailable, match=r"http://127\.0\.0\.1:9\b") as caught:
        inkling.Client("http://127.0.0.1:9").predict(b"picture")
    assert (caught.value.code, caught.value.status) == ("server_unavailable", 503)
    assert "\n" not in str(caught.value)


def test_timeout() -> None:
    """A server that accepts the connection and doesn't respond raises ServerUnavailable after the timeout."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = inkling.Client(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=0.1)
        with pytest.raises(ServerUnavailable):
            client.predict(b"picture")


RESPONSES = {
    "known code": (404, b'{"error": {"code": "model_not_found", "message": "No model."}}', ModelNotFound, "model_not_found"),
    "other code": (503, b'{"error": {"code": "busy", "message": "Too many."}}', RequestFailed, "busy"),
    "no JSON": (502, b"<html>", RequestFailed, "request_failed"),
    "other JSON": (500, b"[1]", RequestFailed, "request_failed"),
}


@pytest.mark.parametrize("what", RESPONSES)
def test_error_response(recorder: type[Recorder], what: str) -> None:
    """The code decides the class; code and status are those of the response."""
    status, body, expected, code = RESPONSES[what]
    recorder.response = (status, {}, body)
    with pytest.raises(expected) as caught:
        inkling.Client(recorder.url).predict(b"picture")
    assert (caught.value.code, caught.value.status) == (code, status)


def test_other_server(recorder: type[Recorder]) -> None:
    """A successful response without JSON raises RequestFailed."""
    recorder.response = (200, {}, b"hello")
    with pytest.raises(RequestFailed):
        inkling.Client(recorder.url).predict(b"picture")


def test_redirect(recorder: type[Recorder]) -> None:
    """Redirects aren't followed, so that the token goes nowhere else."""
    recorder.response = (302, {"Location": f"{recorder.url}/elsewhere"}, b"")
    with pytest.raises(RequestFailed) as caught:
        inkling.Client(recorder.url, token="secret").predict(b"picture")
    assert caught.value.status == 302
    assert len(recorder.requests) == 1


IMPORTS = """
import sys
import inkling
assert [name for name in sys.modules if name.startswith("inkling.")] == [], sys.modules
client = inkling.Client("http://127.0.0.1:9")
try:
    client.predict(b"x")
except inkling.InklingError as error:
    assert error.code == "server_unavailable"
try:
    inkling.nothing
except AttributeError:
    pass
assert set(inkling.__all__) <= set(dir(inkling))
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"numpy", "PIL", "onnxruntime", "flask"}))
"""


def test_imports() -> None:
    """`import inkling` imports none of its modules, and the client needs the standard library only."""
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
