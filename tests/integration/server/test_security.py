"""Authorization, CORS and security headers."""

import pytest
from flask.testing import FlaskClient

from inkling.service.http.errors import InvalidSettings
from inkling.service.http.security_headers import HEADERS
from server.settings import Settings
from tests.support.assertions import assert_error
from tests.support.evaluation_uploads import as_json
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_fixtures import MakeApp

TOKEN = "correct horse".replace(" ", "-")
RIGHT = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("path", ["/", "/health/live", "/nothing", "/docs", "/static/docs/docs.js", "/metrics", "/reports"])
def test_security_headers(client: FlaskClient, path: str):
    """On pages, JSON, files and errors, once each."""
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value]
    assert len(answer.headers.getlist("Cache-Control")) == 1


def test_content_security_policy(client: FlaskClient):
    """No inline code and no other origin."""
    policy = client.get("/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    for name in ("script-src", "style-src", "connect-src"):
        assert directives[name] == "'self'"
    for name in ("base-uri", "form-action", "frame-ancestors"):
        assert directives[name] == "'none'"
    assert "unsafe" not in policy
    assert "http" not in policy


LOOPBACK = ["127.0.0.1", "127.0.0.2", "::1", "localhost"]
BEYOND = ["0.0.0.0", "::", "192.168.1.7", "example.org", ""]  # noqa: S104 nothing listens


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_needs_no_token(make_app: MakeApp, host: str):
    """Even if one is set."""
    for token in ("", TOKEN):
        client = make_app(host=host, token=token).test_client()
        assert client.post("/evaluate", json=as_json()).status_code == 201


@pytest.mark.parametrize("host", BEYOND)
def test_changes_need_the_token_beyond_loopback(make_app: MakeApp, host: str):
    """401 without it; reading needs none."""
    client = make_app(host=host, token=TOKEN).test_client()
    wrong = ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer Ä"]
    for headers in [{}, *({"Authorization": value} for value in wrong)]:
        answer = client.post("/evaluate", json=as_json(), headers=headers)
        assert_error(answer, 401, "unauthorized")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.post("/evaluate", json=as_json(), headers=RIGHT).status_code == 201
    assert client.post("/evaluate", json=as_json(), headers={"Authorization": f"bearer {TOKEN}"}).status_code == 201
    assert client.post("/predict", data=encode_picture(draw_seven())).status_code == 200
    assert client.get("/reports").status_code == 200


def test_no_changes_beyond_loopback_without_configured_token(make_app: MakeApp):
    """Whatever the client sends."""
    client = make_app(host="0.0.0.0").test_client()  # noqa: S104 nothing listens
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert_error(client.post("/evaluate", json=as_json(), headers=headers), 403, "forbidden")


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://127.0.0.1:9999"},
    {"Host": "evil.example"},
    {"Host": "evil.example:8000", "Origin": "http://evil.example:8000"},
    {"Host": "["},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_other_sites_cannot_change_anything(make_app: MakeApp, headers: dict):
    """By Origin (CSRF) and by Host (DNS rebinding), unless they send the token."""
    client = make_app(token=TOKEN).test_client()
    given = {"Host": "127.0.0.1:8000"} | headers
    assert_error(client.post("/evaluate", json=as_json(), headers=given), 403, "forbidden")
    assert client.post("/evaluate", json=as_json(), headers=given | RIGHT).status_code == 201


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "localhost"])
def test_own_page_may_change(client: FlaskClient, host: str):
    """Its origin is the address of the server."""
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert client.post("/evaluate", json=as_json(), headers=headers).status_code == 201


PAGE = "https://page.example"


def test_allowed_origins(make_app: MakeApp):
    """CORS headers are sent to allowed origins only, without credentials."""
    client = make_app(cors_origin=(PAGE, "http://other.example:8080")).test_client()
    for origin, allowed in [(PAGE, True), ("http://other.example:8080", True), ("https://page.example:444", False)]:
        headers = {"Host": "127.0.0.1:8000", "Origin": origin}
        asked = client.options("/evaluate", headers=headers | {"Access-Control-Request-Method": "POST"})
        changed = client.post("/evaluate", json=as_json(), headers=headers)
        assert changed.status_code == (201 if allowed else 403)
        for answer in (asked, changed, client.get("/reports", headers=headers), client.get("/nothing", headers=headers)):
            assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert "Origin" in answer.headers["Vary"]
        if allowed:
            assert "POST" in asked.headers["Access-Control-Allow-Methods"]
            assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


def test_no_cors_headers_by_default(client: FlaskClient):
    """For any Origin."""
    answer = client.get("/reports", headers={"Origin": PAGE})
    assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118 pairs else


def test_token_is_not_revealed():
    """Neither in repr nor in error messages."""
    assert TOKEN not in repr(Settings(token=TOKEN))
    with pytest.raises(InvalidSettings) as refused:
        Settings(token=f"{TOKEN} x")
    assert TOKEN not in str(refused.value)
