"""Cross-origin resource sharing: which other web pages may use the service."""

from collections.abc import Sequence

from flask import Flask, Response, request

CORS_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Expose-Headers": "Location, X-Inkling-Model",
    "Access-Control-Max-Age": "600",  # seconds for which a browser caches the preflight response
}
"""Response headers for an allowed origin (Fetch Standard, section 3.3). Credentials are not allowed: there are no cookies."""


def register(app: Flask, origins: Sequence[str]) -> None:
    """Add CORS headers to responses for pages of these origins, such as `https://example.org`."""
    if not origins:
        return

    def add_headers(response: Response) -> Response:
        response.vary.add("Origin")
        if request.headers.get("Origin") in origins:
            response.headers.extend(CORS_HEADERS)
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        return response

    app.after_request(add_headers)
