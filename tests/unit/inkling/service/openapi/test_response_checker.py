"""The checker of responses that the tests use."""

import pytest

from tests.support.openapi.responses import ResponseChecker

DOCUMENT = {
    "paths": {
        "/items/{id}": {
            "get": {
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}},
                    "204": {"description": "Nothing."},
                    "404": {"$ref": "#/components/responses/NotFound"},
                }
            }
        }
    },
    "components": {
        "schemas": {"Item": {"type": "object", "required": ["id"]}},
        "responses": {"NotFound": {"content": {"application/json": {"schema": {"type": "object"}}}}},
    },
}


@pytest.mark.parametrize(
    ("path", "status", "media_type", "body"),
    [
        ("/items/1", 200, "application/json", b'{"id": 1}'),
        ("/items/1", 200, "application/json", {"id": 1}),
        ("/items/1", 204, "", b""),
        ("/items/1", 404, "application/json", b"{}"),
        ("/items/1", 405, "application/json", b"[]"),
        ("/other", 500, "text/html", b""),
    ],
)
def test_described_responses(path: str, status: int, media_type: str, body: object):
    """Also those that no operation describes, because no route takes the request."""
    ResponseChecker(DOCUMENT).check("GET", path, status, media_type, body)


@pytest.mark.parametrize(
    ("status", "media_type", "body"),
    [
        (200, "application/json", b"{}"),
        (200, "text/plain", b"x"),
        (201, "application/json", b'{"id": 1}'),
        (204, "text/plain", b"x"),
        (404, "application/json", b"[]"),
    ],
)
def test_other_responses(status: int, media_type: str, body: bytes):
    """A wrong status, media type or schema."""
    with pytest.raises(AssertionError, match=r"GET /items/\{id\}"):
        ResponseChecker(DOCUMENT).check("GET", "/items/1", status, media_type, body)
