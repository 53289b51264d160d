"""Assertions about error responses."""

from typing import Any


def assert_error(response: Any, status: int, code: str, *values: str) -> None:
    """The response has this status and error code. values: numbers and names, not prose, that the message contains."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/json"
    body = response.json if isinstance(response.json, dict) else response.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message"}
    assert body["error"]["code"] == code, body
    assert body["error"]["message"]
    for value in values:
        assert value in body["error"]["message"]
