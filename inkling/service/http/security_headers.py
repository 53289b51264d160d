"""Manners: headers that every answer carries, and who may change the server's state."""

import hmac
from typing import Protocol
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, request

from inkling.service.http.errors import Forbidden, Unauthorized


def content_security_policy(*others: str) -> str:
    """The Content-Security-Policy (W3C, level 3): everything from this service alone. others: URLs that may be asked, too."""
    connect = ["'self'", *(f"{url.scheme}://{url.netloc}" for url in map(urlsplit, others) if url.netloc)]
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            f"connect-src {' '.join(connect)}",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


HEADERS = {
    "Content-Security-Policy": content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")

KEY = "inkling.manners"

CROSS_ORIGIN = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Expose-Headers": "Location, X-Inkling-Model",
    "Access-Control-Max-Age": "600",  # seconds that a browser need not ask again
}
"""What a page of an allowed origin may do (Fetch Standard, section 3.3). No cookie is ever sent: there is none."""


class Manners(Protocol):
    """The settings of a service that say who may do what."""

    token: str
    origin: tuple[str, ...]
    on_loopback: bool


def register(app: Flask, settings: Manners) -> None:
    """Put the headers on every answer of the app, and keep who may change its state."""
    app.extensions[KEY] = settings
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """The security headers but those that the route has said itself, and those for a page of an allowed origin.

    Nothing is cached unless its route says how.
    """
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    allowed = current_app.extensions[KEY].origin
    if allowed:
        response.vary.add("Origin")
        if request.headers.get("Origin") in allowed:
            response.headers.extend(CROSS_ORIGIN)
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    return response


def require_right_to_change() -> None:
    """Refuse a change of state by somebody who may not make it. The first line of every view that changes something.

    Beyond loopback the request must carry the token. On loopback it need not, but a page of another site that is open in
    the user's browser must not reach through it: neither with a request of its own origin, unless that is allowed by
    name, nor under a name of its own.
    """
    settings: Manners = current_app.extensions[KEY]
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
    if origin is not None and origin.partition("://")[2] != host and origin not in settings.origin:
        raise Forbidden(f"Expected a change made by the server's own page, or by an --origin. Received one from {origin:.80}.")


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
