"""The API in OpenAPI 3.1, put together from the settings' limits: `schemas` holds what is said, `paths` where.

What belongs here is description only; no route reads it to decide anything.
"""

from functools import lru_cache
from importlib.metadata import version
from typing import Any

from server.api.explain.spec import schemas as explain_schemas
from server.api.feedback.spec import schemas as feedback_schemas
from server.api.openapi.paths import paths
from server.api.openapi.schemas import responses, schemas
from server.api.reports.spec import schemas as report_schemas
from server.settings import Settings

ABOUT = """Reads handwritten characters. Send a picture to `/predict`, a labelled set to `/evaluate`.

Every failure has one body: `{"error": {"code", "message"}}`. A 4xx says what was expected and what came; a 5xx tells
nothing but where it is logged. Every size has a bound, and each bound is a setting of the server."""


@lru_cache(maxsize=8)
def describe(settings: Settings) -> dict[str, Any]:
    """The whole description, for these settings."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Inkling",
            "version": version("inkling"),
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": "Reading", "description": "Pictures in, labels out."},
            {"name": "Measuring", "description": "Labelled sets in, reports out."},
            {"name": "Teaching", "description": "Pictures with their right labels, for the next fit."},
            {"name": "Models", "description": "What is loaded, and what it says about itself."},
            {"name": "Operations", "description": "Health, metrics, and this description."},
            {"name": "Page", "description": "The page on which people draw."},
        ],
        "paths": paths(settings),
        "components": {
            "schemas": {**schemas(settings), **explain_schemas(), **report_schemas(settings), **feedback_schemas()},
            "responses": responses(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The server's INKLING_TOKEN. Needed as soon as the server listens beyond loopback.",
                }
            },
        },
    }
