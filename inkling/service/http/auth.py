"""Access control: who may read and who may change state."""

import hmac
import ipaddress
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Flask, request

from inkling.service.http.errors import Forbidden, Unauthorized

EXTENSION_KEY = "inkling.access"

CHANGES, ALL = "changes", "all"
"""Values of the setting require_token."""


class Access(Enum):
    """What a view does, which decides who may call it.

    PUBLIC: health checks and the page's own files; always allowed. READ: the default. PERSONAL: reads what people drew or
    uploaded. WRITE: changes state, or takes long enough that only those who may change state should start it.
    """

    PUBLIC = "public"
    READ = "read"
    PERSONAL = "personal"
    WRITE = "write"


View = TypeVar("View", bound=Callable[..., Any])


class AccessSettings(Protocol):
    """The settings of a service that decide who has access."""

    @property
    def token(self) -> str: ...
    @property
    def require_token(self) -> str: ...
    @property
    def allowed_host(self) -> tuple[str, ...]: ...
    @property
    def cors_origin(self) -> tuple[str, ...]: ...
    @property
    def is_loopback(self) -> bool: ...


def access(kind: Access) -> Callable[[View], View]:
    """Declare what a view does. Use it below the route; views without it are READ."""

    def declare(view: View) -> View:
        view.access = kind  # type: ignore[attr-defined]
        return view

    return declare


def access_of(view: Callable[..., Any] | None) -> Access:
    """What a view does; READ for an unknown path."""
    return getattr(view, "access", Access.READ)


def register(app: Flask, settings: AccessSettings) -> None:
    """Check the access of every request."""

    def check() -> None:
        if request.method != "OPTIONS":  # a CORS preflight carries no token
            environ = request.environ
            fields = (environ.get(f"HTTP_{name}") for name in ("AUTHORIZATION", "HOST", "ORIGIN"))
            check_access(access_of(app.view_functions.get(request.endpoint or "")), settings, *fields)

    app.extensions[EXTENSION_KEY] = settings
    app.before_request(check)


def check_access(
    kind: Access, settings: AccessSettings, authorization: str | None, host: str | None, origin: str | None
) -> None:
    """Check the headers of a request to a view of this kind.

    A service that listens beyond loopback, or is reached under an allowed host name through a proxy, requires the bearer token
    for changes and for personal data. On loopback the token is optional, but pages of other sites that are open in the user's
    browser are refused: those that reach the service under another host name (DNS rebinding), and changes from another origin
    (CSRF). With require_token=all, everything except PUBLIC requires the token.

    Raises Unauthorized or Forbidden.
    """
    if kind is Access.PUBLIC or (settings.token and is_token(authorization, settings.token)):
        return
    host = host or "localhost"
    name = hostname(host)
    if settings.is_loopback and not is_loopback(name) and name not in settings.allowed_host:
        raise Forbidden(f"Host {host:.80} is not a loopback name. Use localhost, or allow the name with --allowed-host.")
    is_local = settings.is_loopback and is_loopback(name)  # else a proxy may pass on requests from anywhere
    if settings.require_token == ALL or (not is_local and kind in (Access.PERSONAL, Access.WRITE)):
        if not settings.token:
            raise Forbidden("This needs a token beyond loopback, and the server has none. Set INKLING_TOKEN.")
        raise Unauthorized("Missing or wrong token. Send the header 'Authorization: Bearer TOKEN'.")
    if not is_local or kind is not Access.WRITE or origin is None:
        return
    if origin.partition("://")[2] != host and origin not in settings.cors_origin:
        raise Forbidden(f"Origin {origin:.80} is not allowed. Start the server with --cors-origin to allow it.")


@lru_cache(maxsize=64)
def is_loopback(name: str) -> bool:
    """Whether a host is `localhost` or a loopback address. Other names may resolve to any address."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=64)
def hostname(host: str) -> str:
    """The host name in a Host header, without the port; empty if it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_token(authorization: str | None, token: str) -> bool:
    """Whether an Authorization header carries the token, compared in constant time."""
    scheme, _, given = (authorization or "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
