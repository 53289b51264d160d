"""The one shape of every failure."""

from typing import Any


def assert_error(response: Any, status: int, code: str, *words: str) -> None:
    """The response is a failure of that status and code, in the one body, and its sentence holds the words."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/json"
    body = response.json if isinstance(response.json, dict) else response.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message"}
    assert body["error"]["code"] == code
    message = body["error"]["message"]
    assert message
    for word in words:
        assert word in message
