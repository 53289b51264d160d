"""An OpenAPI document, assembled from what the resources of a service describe."""

from typing import Any

from inkling.distribution import distribution_version
from inkling.service.openapi.access import SECURITY_SCHEMES
from inkling.service.openapi.errors import RESPONSES
from inkling.service.openapi.schemas import Schema


def assemble(
    title: str,
    description: str,
    tags: dict[str, str],
    paths: dict[str, Any],
    schemas: dict[str, Schema],
    responses: dict[str, Any],
) -> dict[str, Any]:
    """The document. tags: name -> description, in order. responses: named ones; those that nothing refers to are left out."""
    used = {
        response["$ref"].removeprefix(RESPONSES)
        for methods in paths.values()
        for described in methods.values()
        for response in described["responses"].values()
        if "$ref" in response
    }
    denials = {name for name in responses if name.endswith(("Unauthorized", "Forbidden"))}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": distribution_version(),
            "description": description,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in tags.items()],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {name: response for name, response in responses.items() if name in used | denials},
            "securitySchemes": SECURITY_SCHEMES,
        },
    }
