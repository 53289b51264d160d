"""What every view of the server declares about access."""

import pytest
from flask import Flask

from inkling.service.http.auth import Access, access_of

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

INFERENCE = {f"/v2/models/<name>{part}/infer" for part in ("", "/versions/<version>")}
COMPUTATIONS = {"/predict", "/read", "/explain"} | INFERENCE
"""POST because pictures are sent, but nothing changes."""


def declared(app: Flask) -> dict[tuple[str, str], Access]:
    """(rule, method) -> the view's kind."""
    rules = app.url_map.iter_rules()
    return {(rule.rule, method): access_of(app.view_functions[rule.endpoint]) for rule in rules for method in rule.methods}


def test_every_change_is_declared(app: Flask) -> None:
    """A view that changes something and does not say so would be open to everyone."""
    kinds = declared(app)
    changes = {key for key in kinds if key[1] not in SAFE_METHODS and key[0] not in COMPUTATIONS}
    assert changes
    assert {kinds[key] for key in changes} == {Access.WRITE}
    assert {kinds[rule, "POST"] for rule in COMPUTATIONS} == {Access.READ}


@pytest.mark.parametrize("rule", ["/feedback", "/feedback/<id>", "/feedback/<id>/picture", "/reports/<id>/images"])
def test_what_people_sent_is_personal(app: Flask, rule: str) -> None:
    """Drawings, their labels, and images of uploaded datasets."""
    assert declared(app)[rule, "GET"] is Access.PERSONAL


def test_only_health_checks_and_the_page_are_public(app: Flask) -> None:
    """The page's requests carry the token, its files cannot."""
    public = {rule for (rule, _), kind in declared(app).items() if kind is Access.PUBLIC}
    page = {"/", "/inside", "/test", "/train", "/teach", "/docs", "/openapi.json", "/static/<path:name>"}
    health = {f"{prefix}/health/{name}" for prefix in ("", "/v2") for name in ("live", "ready")}
    assert public == page | {"/static/docs/<name>"} | health
