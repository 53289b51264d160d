"""The page's files as they lie in the folder: small, plain, their own."""

import json
import re
from pathlib import Path

import pytest

from server.api.page.views import VIEWS, modules_of

WEB = Path(__file__).parents[2] / "web"
SCRIPTS = sorted(WEB.glob("js/*/*.js"))
STYLES = sorted(WEB.glob("css/*.css"))
TEMPLATES = sorted(WEB.rglob("*.html"))
PAGE = "".join(path.read_text() for path in TEMPLATES)


@pytest.mark.parametrize("view", VIEWS)
def test_script_and_style_of_a_view_stay_small(view: str) -> None:
    """All that a view loads of them is under 150 kB, as it is."""
    scripts = [WEB / "js" / module for module in modules_of(view)]
    template = (WEB / "templates/pages" / f"{view}.html").read_text()
    own = re.search(r"{% set styles = (\[.*\]) %}", template)[1]
    shared = re.search(r"{%- for style in (\[.*?\]) \+ styles %}", (WEB / "templates/base.html").read_text())[1]
    styles = [WEB / "css" / f"{style}.css" for style in json.loads(shared) + json.loads(own)]
    assert sum(path.stat().st_size for path in scripts + styles) < 150_000


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_module_is_one_noun(path: Path) -> None:
    """Every module begins with a comment that says what it is, and has under 200 lines."""
    text = path.read_text()
    assert text.startswith("/* ")
    assert text.count("\n") < 200


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES, *TEMPLATES, WEB / "favicon.svg"], ids=lambda path: path.name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    """No file names another host; the one address allowed is the name of SVG."""
    addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*", path.read_text()))
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_nothing_stands_inline() -> None:
    """No script, style or handler stands in the page, as its Content-Security-Policy allows none."""
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", PAGE)


def test_every_style_and_name_is_used() -> None:
    """Every class and every id in the styles is in the page or made by a module."""
    made = PAGE + "".join(path.read_text() for path in SCRIPTS)
    names = {name for path in STYLES for name in re.findall(r"[.#]([a-z][a-z-]*)(?=[^;{}]*\{)", path.read_text())}
    assert {name for name in names if not re.search(rf"\b{name}\b", made)} == set()
