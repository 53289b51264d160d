"""Who may change the server's state, and the headers that every answer carries."""

import pytest
from flask.testing import FlaskClient

from inkling.service.http.errors import BadSettings
from inkling.service.http.security_headers import HEADERS
from server.settings import Settings
from tests.support.assertions import assert_error
from tests.support.evaluation_uploads import as_json
from tests.support.pictures import encoded, seven
from tests.support.server_fixtures import MakeApp

TOKEN = "correct horse".replace(" ", "-")
RIGHT = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("path", ["/", "/health/live", "/nothing", "/docs", "/static/docs/docs.css", "/metrics", "/reports"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str):
    """Pages, JSON, files and failures alike, each header once."""
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value]
    assert len(answer.headers.getlist("Cache-Control")) == 1


def test_the_policy_allows_no_inline_code_and_no_other_site(client: FlaskClient):
    """Everything is closed but what the page needs from its own place."""
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
def test_on_loopback_no_token_is_needed(make_app: MakeApp, host: str):
    """With and without a token set."""
    for token in ("", TOKEN):
        client = make_app(host=host, token=token).test_client()
        assert client.post("/evaluate", json=as_json()).status_code == 201


@pytest.mark.parametrize("host", BEYOND)
def test_beyond_loopback_a_change_needs_the_token(make_app: MakeApp, host: str):
    """401 without it or with another; what changes nothing needs none."""
    client = make_app(host=host, token=TOKEN).test_client()
    wrong = ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer Ä"]
    for headers in [{}, *({"Authorization": value} for value in wrong)]:
        answer = client.post("/evaluate", json=as_json(), headers=headers)
        assert_error(answer, 401, "unauthorized")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.post("/evaluate", json=as_json(), headers=RIGHT).status_code == 201
    assert client.post("/evaluate", json=as_json(), headers={"Authorization": f"bearer {TOKEN}"}).status_code == 201
    assert client.post("/predict", data=encoded(seven())).status_code == 200
    assert client.get("/reports").status_code == 200


def test_beyond_loopback_nothing_changes_where_no_token_is_set(make_app: MakeApp):
    """No token that is given helps, not even an empty one."""
    client = make_app(host="0.0.0.0").test_client()  # noqa: S104 nothing listens
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert_error(client.post("/evaluate", json=as_json(), headers=headers), 403, "forbidden", "INKLING_TOKEN")


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
def test_another_sites_page_changes_nothing(make_app: MakeApp, headers: dict):
    """Neither under its own origin nor under a name of its own for this machine; the token helps."""
    client = make_app(token=TOKEN).test_client()
    given = {"Host": "127.0.0.1:8000"} | headers
    assert_error(client.post("/evaluate", json=as_json(), headers=given), 403, "forbidden")
    assert client.post("/evaluate", json=as_json(), headers=given | RIGHT).status_code == 201


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "localhost"])
def test_the_servers_own_page_may_change_something(client: FlaskClient, host: str):
    """Its origin is the address it was loaded from."""
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert client.post("/evaluate", json=as_json(), headers=headers).status_code == 201


PAGE = "https://page.example"


def test_a_page_of_an_allowed_origin_may_change_something(make_app: MakeApp):
    """By that name alone; its browser is told so, for this origin and no other, and never to send cookies."""
    client = make_app(origin=(PAGE, "http://other.example:8080")).test_client()
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


def test_without_an_origin_nothing_is_said_of_others(client: FlaskClient):
    """No header of CORS, whoever asks."""
    answer = client.get("/reports", headers={"Origin": PAGE})
    assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118 pairs else


def test_the_token_shows_nowhere():
    """Neither in what settings print nor in what refuses them."""
    assert TOKEN not in repr(Settings(token=TOKEN))
    with pytest.raises(BadSettings) as refused:
        Settings(token=f"{TOKEN} x")
    assert TOKEN not in str(refused.value)
