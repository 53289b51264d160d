"""Request: what a load sends again and again."""

from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    """One HTTP request. name: as the tables call it."""

    name: str
    method: str
    path: str
    body: bytes = b""
    media_type: str = ""

    def wire(self) -> bytes:
        """The request as it is sent over a connection that stays open."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {HOST}"]
        if self.body:
            lines += [f"Content-Type: {self.media_type}", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


EMPTY_ROUTE = Request("`GET /health/live`, which does nothing", "GET", "/health/live")


def predict(name: str, png: bytes) -> Request:
    """A picture for /predict."""
    return Request(name, "POST", "/predict", png, "image/png")
