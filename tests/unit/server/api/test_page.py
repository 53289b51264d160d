"""GET /, /static and /docs: files with their types, validated and never stale."""

import os
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.api.page.views import DOCS, MEDIA_TYPES, VIEWS, WEB

FILES = [(WEB, "/static", path) for path in sorted(WEB.rglob("*")) if path.suffix in MEDIA_TYPES]
FILES += [(DOCS, "/static/docs", path) for path in sorted(DOCS.rglob("*")) if path.is_file()]


@pytest.mark.parametrize(("folder", "prefix", "path"), FILES, ids=lambda each: getattr(each, "name", None))
def test_every_file_comes_with_its_type(client: FlaskClient, folder: Path, prefix: str, path: Path):
    """As it lies in the package; asked for again with its ETag, it is not sent twice."""
    address = f"{prefix}/{path.relative_to(folder).as_posix()}"
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.data == path.read_bytes()
    assert answer.mimetype == MEDIA_TYPES[path.suffix]
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("address", ["/", "/inside", "/test", "/train", "/teach"])
def test_every_view_has_an_address(client: FlaskClient, address: str):
    """A document of its own, whose navigation names all five and which of them it is; validated as any file."""
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    links = re.findall(r'<a href="([^"]+)"( aria-current="page")?>', answer.text)
    assert [(link, bool(current)) for link, current in links[: len(VIEWS)]] == [
        ("/" + name.removeprefix("draw"), "/" + name.removeprefix("draw") == address) for name in VIEWS
    ]
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_links_to_other_views_carry_the_drawing(client: FlaskClient):
    """From the first byte on, before any script runs: what views share, escaped, and nothing that is a view's own."""
    text = client.get("/inside?ink=Es.EE&model=a%22b&layer=conv1").text
    assert '<a href="/test?model=a%22b&amp;ink=Es.EE">' in text
    assert '<a href="/?model=a%22b&amp;ink=Es.EE">' in text


def test_the_page_may_ask_the_trainer(client: FlaskClient, make_app: Callable[..., Flask]):
    """Its document names the trainer's address, and its Content-Security-Policy allows that one beside the server's own."""
    alone = client.get("/")
    assert "connect-src 'self';" in alone.headers["Content-Security-Policy"]
    assert '<meta name="inkling-trainer" content="">' in alone.text
    beside = make_app(trainer="http://127.0.0.1:8001/").test_client().get("/train")
    assert "connect-src 'self' http://127.0.0.1:8001;" in beside.headers["Content-Security-Policy"]
    assert '<meta name="inkling-trainer" content="http://127.0.0.1:8001">' in beside.text


@pytest.mark.parametrize("view", VIEWS)
def test_every_module_is_fetched_at_once(client: FlaskClient, view: str):
    """A view's document names every module that it imports, however far down, so that none waits for another to be read."""
    named = set(re.findall(r'rel="modulepreload" href="/static/js/([^"]+)"', client.get("/" + view.removeprefix("draw")).text))
    text = {name: (WEB / "js" / name).read_text() for name in named}
    imported = {
        os.path.normpath(PurePosixPath(name).parent / module)
        for name in named
        for module in re.findall(r"""from\s+["']([^"']+)["']""", text[name])
    }
    assert named == imported | {f"{view}/view.js"}


def test_docs_keep_the_policy_and_name_every_route(client: FlaskClient):
    """No inline code or style, nothing from other sites, every path and schema there, every link to a place that is."""
    text = client.get("/docs").text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", text)
    description = client.get("/openapi.json").json
    for path in description["paths"]:
        assert f"<code>{path}</code>" in text
    for name in description["components"]["schemas"]:
        assert f'id="schema-{name}"' in text
    places = set(re.findall(r'id="([^"]+)"', text))
    for link in re.findall(r'href="([^"]+)"', text):
        assert link[1:] in places if link.startswith("#") else client.get(link).status_code == 200
