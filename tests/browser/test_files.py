"""The page's files: small, without a build step, and without content from other sites."""

import json
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from server.api.page.views import VIEWS
from server.services.module_preloads import module_preloads

WEB = Path(__file__).parents[2] / "web"
SCRIPTS = sorted(WEB.glob("js/*/*.js"))
STYLES = sorted(WEB.glob("css/*.css"))
TEMPLATES = sorted(WEB.rglob("*.html"))
PAGE = "".join(path.read_text() for path in TEMPLATES)


@pytest.mark.parametrize("view", VIEWS)
def test_view_is_small(view: str) -> None:
    """The scripts and styles of a view have under 150 kB, uncompressed."""
    scripts = [WEB / "js" / module for module in module_preloads()[view]]
    template = (WEB / "templates/pages" / f"{view}.html").read_text()
    own = re.search(r"{% set styles = (\[.*\]) %}", template)[1]
    shared = re.search(r"{%- for style in (\[.*?\]) \+ styles %}", (WEB / "templates/base.html").read_text())[1]
    styles = [WEB / "css" / f"{style}.css" for style in json.loads(shared) + json.loads(own)]
    assert sum(path.stat().st_size for path in scripts + styles) < 150_000


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_module_is_short_and_described(path: Path) -> None:
    """Every module begins with a comment that says what it does, and has under 200 lines."""
    text = path.read_text()
    assert text.startswith("/* ")
    assert text.count("\n") < 200


def test_modules_have_no_import_cycle() -> None:
    """Modules can be loaded in an order in which each comes after those that it imports, and views don't import each other."""
    graph = {}
    for path in SCRIPTS:
        imports = re.findall(r'from "(\.{1,2}/[^"]+)";', path.read_text())
        graph[path] = {(path.parent / name).resolve() for name in imports}
        assert {imported.parent.name for imported in graph[path]} <= {"shared", path.parent.name}, path
    assert len(list(TopologicalSorter(graph).static_order())) == len(SCRIPTS)


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES, *TEMPLATES, WEB / "favicon.svg"], ids=lambda path: path.name)
def test_nothing_is_loaded_from_other_sites(path: Path) -> None:
    """No file contains the address of another host, except the namespace of SVG."""
    addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*", path.read_text()))
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_nothing_is_inline() -> None:
    """Templates have no inline script, style or event handler, which the Content-Security-Policy forbids."""
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", PAGE)


def test_every_class_and_id_is_used() -> None:
    """Every class and ID in a style sheet is used by a template or a module."""
    used = PAGE + "".join(path.read_text() for path in SCRIPTS)
    names = {name for path in STYLES for name in re.findall(r"[.#]([a-z][a-z-]*)(?=[^;{}]*\{)", path.read_text())}
    assert {name for name in names if not re.search(rf"\b{name}\b", used)} == set()
