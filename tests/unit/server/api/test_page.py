"""The page and /static."""

import os
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inkling.service.http.static_files import MEDIA_TYPES
from inkling.service.openapi.docs import ASSETS
from server.api.page.views import VIEWS, WEB

SERVED = MEDIA_TYPES.keys() - {".html"}
FILES = [(WEB, "/static", path) for path in sorted(WEB.rglob("*")) if path.suffix in SERVED]
FILES += [(path.parent, "/static/docs", path) for path in ASSETS.values()]


@pytest.mark.parametrize(("folder", "prefix", "path"), FILES, ids=lambda each: getattr(each, "name", None))
def test_static_files(client: FlaskClient, folder: Path, prefix: str, path: Path):
    """Each file has its media type, and is revalidated with its ETag."""
    address = f"{prefix}/{path.relative_to(folder).as_posix()}"
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.data == path.read_bytes()
    assert answer.mimetype == MEDIA_TYPES[path.suffix]
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("address", ["/", "/inside", "/test", "/train", "/teach"])
def test_views_have_urls(client: FlaskClient, address: str):
    """Each document links to all views and marks the current one."""
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    links = re.findall(r'<a href="([^"]+)"( aria-current="page")?>', answer.text)
    assert [(link, bool(current)) for link, current in links[: len(VIEWS)]] == [
        ("/" + name.removeprefix("draw"), "/" + name.removeprefix("draw") == address) for name in VIEWS
    ]
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_links_keep_the_shared_state(client: FlaskClient):
    """Escaped, and without the state of a single view."""
    text = client.get("/inside?ink=Es.EE&model=a%22b&layer=conv1").text
    assert '<a href="/test?model=a%22b&amp;ink=Es.EE">' in text
    assert '<a href="/?model=a%22b&amp;ink=Es.EE">' in text


def test_page_may_connect_to_the_trainer(client: FlaskClient, make_app: Callable[..., Flask]):
    """The document has its URL, and the Content-Security-Policy allows it."""
    alone = client.get("/")
    assert "connect-src 'self';" in alone.headers["Content-Security-Policy"]
    assert '<meta name="inkling-trainer" content="">' in alone.text
    beside = make_app(trainer="http://127.0.0.1:8001/").test_client().get("/train")
    assert "connect-src 'self' http://127.0.0.1:8001;" in beside.headers["Content-Security-Policy"]
    assert '<meta name="inkling-trainer" content="http://127.0.0.1:8001">' in beside.text


@pytest.mark.parametrize("view", VIEWS)
def test_documents_preload_all_modules(client: FlaskClient, view: str):
    """module-preloads.json equals the imports. If it differs: python -m tests.support.module_imports"""
    named = set(re.findall(r'rel="modulepreload" href="/static/js/([^"]+)"', client.get("/" + view.removeprefix("draw")).text))
    text = {name: (WEB / "js" / name).read_text() for name in named}
    imported = {
        os.path.normpath(PurePosixPath(name).parent / module)
        for name in named
        for module in re.findall(r"""from\s+["']([^"']+)["']""", text[name])
    }
    assert named == imported | {f"{view}/view.js"}
