"""The one shape of every failure, as HTTP clients see it."""

import http.client


def assert_error(answer: http.client.HTTPResponse, status: int, code: str, *words: str) -> None:
    """A failure of that status and code, in the one body, with a sentence that holds the words."""
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.body.keys() == {"error"}
    assert answer.body["error"].keys() == {"code", "message"}
    assert answer.body["error"]["code"] == code
    message = answer.body["error"]["message"]
    assert message
    for word in words:
        assert word in message
