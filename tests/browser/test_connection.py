"""The server is down, not ready, or rejects a request: the page says so and recovers by itself."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import ONE, SEVEN, draw
from tests.browser.locators import tool, upload
from tests.browser.service import Service

OpenPage = Callable[..., Page]


def expect_state(page: Page, state: str, code: str = "") -> None:
    """Expect a state of the prediction, and the code of its explanation."""
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-state", state)
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-code", code)
    expect(page.get_by_test_id("explanation")).not_to_be_empty()


@pytest.mark.slow
def test_page_recovers_from_server_restart(models: Path, tmp_path: Path, new_context: Callable) -> None:
    """A drawing made while the server is down is read when it is back."""
    with Service(models, tmp_path) as service:
        context, monitor = new_context(service.address)
        monitor.allow_message("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET")
        page = context.new_page()
        page.goto("/")
        draw(page, SEVEN)
        expect(page.get_by_test_id("label")).to_have_text("7")
        service.stop()
        tool(page, "Clear").click()
        draw(page, ONE)
        expect_state(page, "stale", "server_down")
        service.start()
        expect(page.get_by_test_id("label")).to_have_text("1")
        expect_state(page, "confident")


def test_page_waits_for_server_that_is_not_ready(open_page: OpenPage) -> None:
    """After a 503 the drawing is read as soon as the server is ready."""
    page = open_page()
    page.monitor.allow_message("503")
    not_ready = {"error": {"code": "not_ready", "message": "No model is loaded yet."}}
    page.route("**/predict*", lambda route: route.fulfill(status=503, json=not_ready), times=1)
    draw(page, [(0.5, 0.2), (0.5, 0.21)])
    draw(page, ONE)
    expect(page.get_by_test_id("label")).to_have_text("1")


def test_page_waits_for_first_response(service: Service, new_context: Callable) -> None:
    """A page whose server is down at first says so, and becomes ready with it."""
    context, monitor = new_context(service.address)
    monitor.allow_message("ERR_FAILED")
    page = context.new_page()
    page.route("**/models", lambda route: route.abort())
    page.goto("/")
    expect_state(page, "stale", "server_down")
    page.unroute("**/models")
    expect(page.get_by_test_id("bar-label")).not_to_have_count(0)
    expect_state(page, "idle")


def test_picture_that_breaks_the_connection_is_given_up(open_page: OpenPage) -> None:
    """A picture for which the connection is reset twice is not sent again, in Draw and in Inside."""
    page = open_page()
    page.monitor.allow_message("ERR_CONNECTION_RESET")

    def reset(route) -> None:
        is_picture = route.request.headers.get("content-type") == "image/png"
        route.abort("connectionreset") if is_picture else route.continue_()

    page.route(re.compile("/(predict|explain)"), reset)
    upload(page, b"\x89PNG", "huge.png")
    expect_state(page, "error", "upload_failed")
    page.goto("/inside")
    upload(page, b"\x89PNG", "huge.png")
    expect(page.get_by_test_id("status")).to_have_attribute("data-code", "upload_failed")
    expect(page.get_by_test_id("status")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (500, '{"error": {"code": "internal_error", "message": "Failed: logged as 17."}}', "internal_error"),
        (413, "<h1>Payload too large</h1>", "too_large"),
        (418, "<h1>I'm a teapot</h1>", "unknown"),
    ],
)
def test_error_response_is_explained(open_page: OpenPage, status: int, body: str, code: str) -> None:
    """The page shows its own sentence for the error, not the server's, and recovers with the next drawing."""
    page = open_page()
    page.monitor.allow_message(str(status))
    page.route("**/predict*", lambda route: route.fulfill(status=status, body=body))
    draw(page, SEVEN)
    expect_state(page, "error", code)
    expect(page.get_by_test_id("explanation")).not_to_contain_text(re.compile("17|41|Payload|teapot"))
    page.unroute("**/predict*")
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).not_to_be_empty()
