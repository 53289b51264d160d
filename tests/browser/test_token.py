"""The token: a service that listens beyond loopback wants one for changes, and the page asks for it where it is wanted."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.service import Service

DELETE = """async () => {
    const { fetchJson } = await import("/static/js/shared/http.js");
    return fetchJson("/feedback/none", { method: "DELETE" }).then(() => "done", (error) => error.message);
}"""


@pytest.fixture
def page(models: Path, tmp_path: Path, new_context: Callable, monkeypatch: pytest.MonkeyPatch) -> Page:
    """The page of a server on every address of this machine, with a token."""
    monkeypatch.setitem(os.environ, "INKLING_TOKEN", "open-sesame")
    monkeypatch.setitem(os.environ, "INKLING_HOST", "0.0.0.0")  # noqa: S104
    with Service(models, tmp_path) as service:
        context, watch = new_context(service.address)
        watch.expect("status of 40[14]")
        page = context.new_page()
        page.goto("/")
        yield page


def test_the_token_is_asked_for_and_kept(page: Page) -> None:
    """A wrong one is refused and asked for again, the right one goes with all that follows, also after a reload."""
    page.evaluate(f"() => {{ window.said = ({DELETE})() }}")
    for token in ("wrong", "open-sesame"):
        expect(page.get_by_role("textbox", name="Token")).to_be_focused()
        expect(page.locator("#token-refused")).to_be_visible(visible=token == "open-sesame")
        page.get_by_role("textbox", name="Token").fill(token)
        page.get_by_role("button", name="Go on").click()
    assert page.evaluate("window.said").startswith("Expected the ID of a drawing")
    page.reload()
    assert page.evaluate(DELETE).startswith("Expected the ID of a drawing")


def test_the_token_may_be_left(page: Page) -> None:
    """Then the refusal is told in the server's words, and nothing is kept."""
    page.evaluate(f"() => {{ window.said = ({DELETE})() }}")
    expect(page.get_by_role("textbox", name="Token")).to_be_focused()
    page.keyboard.press("Escape")
    assert "Authorization: Bearer" in page.evaluate("window.said")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_no_header_can_carry_is_not_taken(page: Page) -> None:
    """It would break every request to come; the form keeps it."""
    page.evaluate(f"() => {{ window.said = ({DELETE})() }}")
    page.get_by_role("textbox", name="Token").fill("open–sesame")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("textbox", name="Token").fill("open-sesame")
    page.get_by_role("button", name="Go on").click()
    assert page.evaluate("window.said").startswith("Expected the ID of a drawing")
