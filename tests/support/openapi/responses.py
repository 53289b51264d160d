"""Checks responses against an OpenAPI document."""

import json
import re
from functools import cached_property
from typing import Any

import jsonschema_rs

HTTP_STATUSES = {405, 408, 413, 431, 501}
"""Responses of the HTTP server to any request. Operations describe 413 only where a body is expected."""

PARAMETER = re.compile(r"\\{\w+\\}")


class ResponseChecker:
    """Checks that responses of a service are described. document: of the service."""

    def __init__(self, document: dict[str, Any]):
        self.document = document
        self.validators: dict[str, jsonschema_rs.Validator] = {}

    @cached_property
    def patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Patterns of the paths; those with parameters come last."""
        paths = sorted(self.document["paths"], key=lambda path: path.count("{"))
        return [(re.compile(PARAMETER.sub("[^/]+", re.escape(path))), path) for path in paths]

    def check(self, method: str, path: str, status: int, media_type: str, body: Any) -> None:
        """Raises AssertionError for a status, media type or JSON that the operation does not describe.

        path: without the query. body: bytes, or parsed JSON. Unknown paths and methods are left to the router.
        """
        found = next((known for pattern, known in self.patterns if pattern.fullmatch(path)), "")
        operation = self.document["paths"].get(found, {}).get(method.lower())
        if operation is None or (status in HTTP_STATUSES and str(status) not in operation["responses"]):
            return
        what = f"{method} {found}: {status} {media_type}"
        response = operation["responses"].get(str(status))
        assert response is not None, f"{what} is not described: {str(body)[:300]}"
        if "$ref" in response:
            response = self.document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        content = response.get("content", {})
        if not content:
            assert not body, f"{what} should have no body"
            return
        assert media_type in content or "*/*" in content, f"{what} is not described"
        if media_type == "application/json":
            self._check_json(what, content[media_type]["schema"], body)

    def _check_json(self, what: str, schema: dict[str, Any], body: Any) -> None:
        key = json.dumps(schema)
        if key not in self.validators:
            self.validators[key] = jsonschema_rs.validator_for(schema | {"components": self.document["components"]})
        value = json.loads(body) if isinstance(body, bytes) else body
        error = next(self.validators[key].iter_errors(value), None)
        assert error is None, f"{what}: {str(error)[:600]}"
