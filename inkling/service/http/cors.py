"""Cross-origin resource sharing: which other web pages may use the service."""

from collections.abc import Sequence

from flask import Flask, Response, request

CORS_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID, Traceparent, X-Request-ID",
    "Access-Control-Expose-Headers": "Location, X-Inkling-Model, X-Request-ID",
    "Access-Control-Max-Age": "600",  # seconds for which a browser caches the preflight response
}
"""Response headers for an allowed origin (Fetch Standard, section 3.3). Credentials are not allowed: there are no cookies."""


EXTENSION_KEY = "inkling.cors"


def register(app: Flask, origins: Sequence[str]) -> None:
    """Add CORS headers to responses for pages of these origins, such as `https://example.org`."""
    app.extensions[EXTENSION_KEY] = origins
    if not origins:
        return

    def add_headers(response: Response) -> Response:
        response.vary.add("Origin")
        response.headers.extend(cors_headers(app, request.headers.get("Origin")))
        return response

    app.after_request(add_headers)


def cors_headers(app: Flask, origin: str | None) -> dict[str, str]:
    """The headers of a response to a page of this origin; none if it is not allowed."""
    if origin is None or origin not in app.extensions[EXTENSION_KEY]:
        return {}
    return CORS_HEADERS | {"Access-Control-Allow-Origin": origin}
