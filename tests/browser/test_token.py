"""The access token: the page asks for it where a service requires one."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import SEVEN, draw
from tests.browser.service import Service

DELETE = """async () => {
    const { fetchJson } = await import("/static/js/shared/http.js");
    return fetchJson("/feedback/none", { method: "DELETE" }).then(() => "done", (error) => error.status);
}"""
"""Delete feedback that doesn't exist; the status of the error."""


@pytest.fixture
def page(models: Path, tmp_path: Path, new_context: Callable, monkeypatch: pytest.MonkeyPatch) -> Page:
    """The page of a server with a token that listens on all addresses."""
    monkeypatch.setitem(os.environ, "INKLING_TOKEN", "open-sesame")
    monkeypatch.setitem(os.environ, "INKLING_HOST", "0.0.0.0")  # noqa: S104
    with Service(models, tmp_path) as service:
        context, monitor = new_context(service.address)
        monitor.allow_message("status of 40[14]")
        page = context.new_page()
        page.goto("/")
        yield page
        page.close()  # before the server stops: it may still be loading what is not needed at once


@pytest.fixture
def closed_service(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A server that requires the token for everything but the files of the page."""
    monkeypatch.setitem(os.environ, "INKLING_TOKEN", "open-sesame")
    monkeypatch.setitem(os.environ, "INKLING_REQUIRE_TOKEN", "all")
    with Service(models, tmp_path) as service:
        yield service


def start_delete(page: Page) -> None:
    """Send a request that needs the token; `window.result` becomes its outcome."""
    page.evaluate(f"() => {{ window.result = ({DELETE})() }}")


def submit_token(page: Page, token: str) -> None:
    """Enter a token."""
    page.get_by_role("textbox", name="Token").fill(token)
    page.get_by_role("button", name="Continue").click()


def test_token_is_requested_and_kept(page: Page) -> None:
    """A wrong token is rejected and requested again; the right one is used for further requests, also after a reload."""
    start_delete(page)
    for token in ("wrong", "open-sesame"):
        expect(page.get_by_role("textbox", name="Token")).to_be_focused()
        expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible(visible=token == "open-sesame")
        submit_token(page, token)
    assert page.evaluate("window.result") == 404
    page.reload()
    assert page.evaluate(DELETE) == 404


@pytest.mark.slow
def test_token_dialog_can_be_cancelled(page: Page) -> None:
    """Then the request fails and no token is stored."""
    start_delete(page)
    expect(page.get_by_role("textbox", name="Token")).to_be_focused()
    page.keyboard.press("Escape")
    assert page.evaluate("window.result") == 401
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_token_must_be_ascii(page: Page) -> None:
    """A token that no header can contain is not accepted."""
    start_delete(page)
    submit_token(page, "open–sesame")
    expect(page.get_by_role("dialog")).to_be_visible()
    submit_token(page, "open-sesame")
    assert page.evaluate("window.result") == 404


def test_page_works_where_everything_requires_the_token(closed_service: Service, new_context: Callable) -> None:
    """It asks once, and then draws, explains, and evaluates as elsewhere."""
    context, monitor = new_context(closed_service.address)
    monitor.allow_message("status of 401")
    page = context.new_page()
    page.goto("/")
    submit_token(page, "open-sesame")
    expect(page.get_by_test_id("bar-label")).not_to_have_count(0)
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).not_to_have_text("")
    for view in ("Inside", "Test"):
        page.get_by_role("navigation").get_by_role("link", name=view).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Evaluate")).to_be_enabled()
