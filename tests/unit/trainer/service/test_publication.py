"""The body of POST /jobs/ID/publish."""

import pytest
from flask import Flask, request

from inkling.errors import InvalidInput
from trainer.service.api.publish import read_publication


def parse(body: object) -> tuple[str, float | None]:
    """Parse a body as the view does."""
    with Flask(__name__).test_request_context(method="POST", json=body):
        return read_publication(request)


def test_name_and_canary():
    """The share is optional; 0 publishes a candidate without requests."""
    assert parse({"name": "digits"}) == ("digits", None)
    assert parse({"name": "digits", "canary": 0}) == ("digits", 0.0)
    assert parse({"name": "digits", "canary": 0.25}) == ("digits", 0.25)


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"canary": 0.1}, {"name": 1}, {"name": "digits", "more": 1}),
        *({"name": "digits", "canary": canary} for canary in (None, -0.1, 1.1, "0.1", True)),
    ],
)
def test_invalid_body(body: dict):
    """400."""
    with pytest.raises(InvalidInput):
        parse(body)
