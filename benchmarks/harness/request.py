"""HTTP requests: what the load generators send, and single requests over new connections."""

import http.client
from dataclasses import dataclass

HOST = "127.0.0.1"
BOUNDARY = "inkling-benchmark-0b1f2c7d9e"


@dataclass(frozen=True)
class Request:
    """One HTTP request. name: as in the tables."""

    name: str
    method: str
    path: str
    body: bytes = b""
    media_type: str = ""

    def wire(self) -> bytes:
        """The bytes on the wire, for a persistent connection."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {HOST}"]
        if self.body:
            lines += [f"Content-Type: {self.media_type}", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True)
class Response:
    """status: 0 if there was no response in time. headers: with names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


NOOP_REQUEST = Request("`GET /health/live`, no work", "GET", "/health/live")


def predict_request(png: bytes, name: str = "POST /predict") -> Request:
    """A PNG for /predict, as the body."""
    return Request(name, "POST", "/predict", png, "image/png")


def multipart(files: dict[str, bytes], media_type: str) -> tuple[bytes, str]:
    """A multipart form with one file per field, all of `media_type`: the body and its Content-Type."""
    body = b""
    for field, content in files.items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{field}"\r\n'
        body += f"{head}Content-Type: {media_type}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"


def fetch(port: int, request: Request, timeout: float = 10) -> Response:
    """Send one request over a new connection."""
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout)
    try:
        headers = {"Content-Type": request.media_type} if request.body else {}
        connection.request(request.method, request.path, request.body or None, headers)
        response = connection.getresponse()
        return Response(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    except (OSError, http.client.HTTPException):
        return Response(0, {}, b"")
    finally:
        connection.close()
