"""GET /, /static and /docs: files with their types, validated and never stale."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.routes.page import DOCS, MEDIA_TYPES, WEB

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


def test_the_page_is_the_index(client: FlaskClient):
    """At the root, as HTML."""
    answer = client.get("/")
    assert answer.data == (WEB / "index.html").read_bytes()
    assert answer.mimetype == "text/html"


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
