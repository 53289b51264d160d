"""Security headers on every response."""

from urllib.parse import urlsplit

from flask import Flask, Response


def content_security_policy(*connect_urls: str) -> str:
    """The Content-Security-Policy (W3C, level 3): only this origin, and `connect_urls` for fetch() and EventSource."""
    connect = ["'self'", *(f"{url.scheme}://{url.netloc}" for url in map(urlsplit, connect_urls) if url.netloc)]
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


PERMISSIONS_POLICY = "camera=(self), geolocation=(), microphone=()"
"""Of documents (W3C, Permissions Policy): the page itself may use the camera, and no page that it might embed."""

HEADERS = {
    "Content-Security-Policy": content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

DEFAULT_HEADERS = HEADERS | {"Cache-Control": "no-store"}
"""Of every response; some views set their own Cache-Control or Content-Security-Policy."""


def register(app: Flask) -> None:
    """Add the security headers to every response of the app."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Add the headers that the view has not set."""
    present = {name.lower() for name, _ in response.headers}
    for name, value in DEFAULT_HEADERS.items():
        if name.lower() not in present:
            response.headers.add(name, value)  # setdefault takes three times as long
    return response
