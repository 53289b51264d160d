"""Who may call an operation, from what its view declares and from the settings."""

import re
from typing import Any

from flask import Flask

from inkling.service.http.auth import ALL, Access, AccessSettings, access_of
from inkling.service.openapi.errors import ERRORS

TOKEN: dict[str, list[str]] = {"token": []}
SECURITY_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The service's INKLING_TOKEN. Required beyond loopback for changes and for what people drew or "
        "uploaded, or always, by the setting require_token.",
    }
}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def add_access(document: dict[str, Any], app: Flask, settings: AccessSettings) -> dict[str, Any]:
    """The document with `security` and the responses 401 and 403 of every operation."""
    kinds = {
        (openapi_path(rule.rule), method.lower()): access_of(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    paths = {
        path: {method: _with_access(described, kinds[path, method], settings) for method, described in methods.items()}
        for path, methods in document["paths"].items()
    }
    return document | {"paths": paths}


def openapi_path(rule: str) -> str:
    """A rule of Flask in OpenAPI's notation: /lessons/<id> -> /lessons/{id}."""
    return PARAMETER.sub(r"{\1}", rule)


def _with_access(described: dict[str, Any], kind: Access, settings: AccessSettings) -> dict[str, Any]:
    if kind is Access.PUBLIC:
        return described | {"security": []}
    is_required = settings.require_token == ALL or (not settings.is_loopback and kind in (Access.PERSONAL, Access.WRITE))
    responses = described["responses"]
    internal = responses["500"]["$ref"]  # some operations have error responses of their own
    refusals = {str(status): {"$ref": internal.replace(ERRORS[500][0], ERRORS[status][0])} for status in (401, 403)}
    ordered = dict(sorted((responses | refusals).items()))
    return described | {"security": [TOKEN] if is_required else [{}, TOKEN], "responses": ordered}
