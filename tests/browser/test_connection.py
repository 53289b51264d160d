"""The server is gone, slow to be ready, or refuses: the page says so and goes on by itself."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import ONE, SEVEN, draw
from tests.browser.service import Service

OpenPage = Callable[..., Page]


def test_server_gone_and_back(models: Path, tmp_path: Path, new_context: Callable) -> None:
    """A drawing made while the server is gone is read when it is back, with no help."""
    with Service(models, tmp_path) as service:
        context, watch = new_context(service.address)
        watch.expect("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET")
        page = context.new_page()
        page.goto("/")
        draw(page, SEVEN)
        expect(page.locator("#label")).to_have_text("7")
        service.stop()
        page.locator("#clear").click()
        draw(page, ONE)
        expect(page.locator("#sentence")).to_have_text(
            "The server does not answer. Your drawing is kept; this page tries again."
        )
        service.start()
        expect(page.locator("#label")).to_have_text("1")
        expect(page.locator("#answer")).to_have_attribute("data-state", "sure")


def test_a_server_that_is_not_ready_is_waited_for(open_page: OpenPage) -> None:
    """503 is no refusal: its sentence is shown, and the drawing is read as soon as a model answers."""
    page = open_page()
    page.watch.expect("503")
    busy = {"error": {"code": "not_ready", "message": "No model has answered yet."}}
    page.route("**/predict*", lambda route: route.fulfill(status=503, json=busy), times=1)
    draw(page, [(0.5, 0.2), (0.5, 0.21)])
    draw(page, ONE)
    expect(page.locator("#label")).to_have_text("1")


def test_the_page_waits_for_its_first_answer(service: Service, new_context: Callable) -> None:
    """A page whose server does not answer at first says so, and is ready when it does."""
    context, watch = new_context(service.address)
    watch.expect("ERR_FAILED")
    page = context.new_page()
    page.route("**/models", lambda route: route.abort(), times=1)
    page.goto("/")
    expect(page.locator("#sentence")).to_have_text("The server does not answer. This page tries again by itself.")
    expect(page.locator("#bars li")).not_to_have_count(0)
    expect(page.locator("#sentence")).to_have_text("Draw, and the answer appears here.")


def test_a_picture_that_breaks_the_connection_is_given_up(open_page: OpenPage) -> None:
    """A picture at which the server hangs up twice is not sent for ever."""
    page = open_page()
    page.watch.expect("ERR_CONNECTION_RESET")
    pictures = re.compile("/(predict|explain)")
    page.route(
        pictures,
        lambda route: (
            route.abort("connectionreset") if route.request.headers.get("content-type") == "image/png" else route.continue_()
        ),
    )
    page.locator("#file").set_input_files({"name": "huge.png", "mimeType": "image/png", "buffer": b"\x89PNG"})
    said = "The server broke off while it received this picture. It may be too large."
    expect(page.locator("#sentence")).to_have_text(said)
    page.goto("/inside")
    page.locator("#file").set_input_files({"name": "huge.png", "mimeType": "image/png", "buffer": b"\x89PNG"})
    expect(page.locator("#trouble")).to_have_text(said)


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (500, '{"error": {"code": "internal", "message": "That failed and is logged."}}', "That failed and is logged."),
        (413, "<h1>too large</h1>", "The server answered 413 without saying why."),
    ],
)
def test_refusals_are_said(open_page: OpenPage, status: int, body: str, sentence: str) -> None:
    """What the server refuses is shown in its words, or with its status where it has none."""
    page = open_page()
    page.watch.expect(str(status))
    page.route("**/predict*", lambda route: route.fulfill(status=status, body=body))
    draw(page, SEVEN)
    expect(page.locator("#sentence")).to_have_text(sentence)
    page.unroute("**/predict*")
    draw(page, SEVEN)
    expect(page.locator("#label")).not_to_be_empty()
