"""Assertions on responses of the trainer service."""

import http.client


def assert_error(response: http.client.HTTPResponse, status: int, code: str) -> None:
    """The response is an error with that status and code, and a message."""
    assert response.status == status, response.body
    assert response.headers["Content-Type"] == "application/json"
    assert response.body.keys() == {"error"}
    assert response.body["error"].keys() == {"code", "message"}
    assert response.body["error"]["code"] == code
    assert response.body["error"]["message"]
