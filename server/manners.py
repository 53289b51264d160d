"""Manners: headers that every answer carries, and who may change the server's state."""

import hmac
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request

from server.errors import Forbidden, Unauthorized
from server.parts import parts

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def register(app: Flask) -> None:
    """Put the headers on every answer of the app."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """The security headers; and nothing is cached unless its route says how."""
    response.headers.extend(HEADERS)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def require_right_to_change() -> None:
    """Refuse a change of state by somebody who may not make it. The first line of every view that changes something.

    Beyond loopback the request must carry the token. On loopback it need not, but a page of another site that is open in
    the user's browser must not reach through it: neither with a request of its own origin nor under a name of its own.
    """
    settings = parts().settings
    if settings.token and carries_token(request, settings.token):
        return
    if not settings.on_loopback:
        if not settings.token:
            raise Forbidden("Expected a server whose INKLING_TOKEN is set, as it listens beyond loopback. Received none.")
        raise Unauthorized("Expected the header Authorization: Bearer with the server's token. Received none or another.")
    host = request.headers.get("Host", "localhost")
    if hostname(host) not in LOOPBACK_NAMES:
        raise Forbidden(
            f"Expected a request to this machine by a loopback name, or with the token. Received one to {host:.80}."
        )
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != host:
        raise Forbidden(f"Expected a change made by the server's own page. Received one from {origin:.80}.")


def hostname(host: str) -> str | None:
    """The name in a Host header, without its port; None where it makes no sense."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def carries_token(request: Request, token: str) -> bool:
    """Whether the request has the token, found in a time that tells nothing about it."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
