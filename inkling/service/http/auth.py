"""Authorization of requests that change state."""

import hmac
from typing import Protocol
from urllib.parse import urlsplit

from flask import Flask, Request, current_app, request

from inkling.service.http.errors import Forbidden, Unauthorized

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")

EXTENSION_KEY = "inkling.auth"


class AccessSettings(Protocol):
    """The settings of a service that decide who has write access."""

    @property
    def token(self) -> str: ...
    @property
    def cors_origin(self) -> tuple[str, ...]: ...
    @property
    def is_loopback(self) -> bool: ...


def register(app: Flask, settings: AccessSettings) -> None:
    """Use these settings in `require_write_access`."""
    app.extensions[EXTENSION_KEY] = settings


def require_write_access() -> None:
    """Refuse a request that may not change state. Call it in the first line of every view that changes something.

    A service that listens beyond loopback requires the bearer token. On loopback the token is optional, but pages of other
    sites that are open in the user's browser are refused: by their Origin, unless it is allowed (CSRF), and by their Host
    (DNS rebinding).

    Raises Unauthorized or Forbidden.
    """
    settings: AccessSettings = current_app.extensions[EXTENSION_KEY]
    if settings.token and has_token(request, settings.token):
        return
    if not settings.is_loopback:
        if not settings.token:
            raise Forbidden("This server listens beyond loopback without a token. Set INKLING_TOKEN to allow changes.")
        raise Unauthorized("Missing or wrong token. Send the header 'Authorization: Bearer TOKEN'.")
    host = request.headers.get("Host", "localhost")
    if hostname(host) not in LOOPBACK_HOSTS:
        raise Forbidden(f"Host {host:.80} is not a loopback name. Use localhost or send the token.")
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != host and origin not in settings.cors_origin:
        raise Forbidden(f"Origin {origin:.80} is not allowed. Start the server with --cors-origin to allow it.")


def hostname(host: str) -> str | None:
    """The host name in a Host header, without the port; None if it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def has_token(request: Request, token: str) -> bool:
    """Whether the request carries the token, compared in constant time."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
