"""That's wrong: the right label is kept, thanked for and taken back, and what goes wrong is said."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import complaints
from tests.browser.drawing_input import ONE, SEVEN, draw
from tests.browser.service import Service
from tests.browser.test_pictures import seven

OpenPage = Callable[..., Page]


def kept(page: Page) -> list[dict]:
    """What the server keeps, newest first."""
    return page.request.get("/feedback").json()["feedback"]


def correct(page: Page, label: str) -> None:
    """Say what it is."""
    page.locator("#wrong").click()
    page.get_by_role("group", name="Right label").get_by_role("button", name=label, exact=True).click()


def test_the_right_label_is_kept_and_taken_back(open_page: OpenPage) -> None:
    """With the strokes, what was said, by which model and which version of it; the page thanks, and takes it back."""
    page = open_page("?crops=all")
    expect(page.locator("#wrong")).to_have_attribute("aria-disabled", "true")
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    page.wait_for_timeout(300)
    correct(page, "1")
    expect(page.locator("#kept")).to_contain_text("Thank you. Kept as 1.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    newest = kept(page)[0]
    version = page.request.get("/models").json()["models"][0]["sha256"]
    assert (newest["label"], newest["said"], newest["model"], newest["sha256"]) == ("1", "7", "digits", version)
    assert newest["points"] > 10
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#kept")).to_have_text("Taken back.")
    assert newest["id"] not in [drawing["id"] for drawing in kept(page)]
    draw(page, ONE)
    expect(page.locator("#kept")).to_be_empty()


def test_another_label_and_another_pen(open_page: OpenPage) -> None:
    """Something that the model does not know is told by text and Enter; it is kept as it was drawn, with its pen."""
    page = open_page("?pen=110")
    draw(page, SEVEN)
    expect(page.locator("#label")).not_to_be_empty()
    page.locator("#wrong").click()
    assert complaints(page) == []
    with page.expect_request("**/feedback?*") as asked:
        page.get_by_label("Something else").fill("Γ")
        page.keyboard.press("Enter")
    assert asked.value.post_data_json["pen"] == 110
    expect(page.locator("#kept")).to_contain_text("Kept as Γ.")
    assert kept(page)[0]["label"] == "Γ"
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#kept")).to_have_text("Taken back.")


def test_a_picture_is_kept_too(open_page: OpenPage) -> None:
    """Its own bytes are sent again, with what is told about them."""
    page = open_page()
    page.locator("#file").set_input_files({"name": "seven.png", "mimeType": "image/png", "buffer": seven()})
    expect(page.locator("#label")).to_have_text("7")
    correct(page, "2")
    expect(page.locator("#kept")).to_contain_text("Kept as 2.")
    assert kept(page)[0]["points"] == 0
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#kept")).to_have_text("Taken back.")


def test_it_may_be_left(open_page: OpenPage) -> None:
    """Escape and Cancel close the form, and neither clears the drawing nor keeps it."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    before = kept(page)
    for leave in (lambda: page.keyboard.press("Escape"), lambda: page.get_by_role("button", name="Cancel").click()):
        page.locator("#wrong").click()
        expect(page.get_by_role("dialog", name="What is it?")).to_be_visible()
        leave()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("#wrong")).to_be_focused()
    expect(page.locator("#label")).to_have_text("7")
    assert kept(page) == before


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [("INKLING_MAX_FEEDBACK", "1", "1"), ("INKLING_HOST", "0.0.0.0", "INKLING_TOKEN")],  # noqa: S104
)
def test_what_the_server_refuses_is_said_where_it_was_asked(
    models: Path,
    tmp_path: Path,
    new_context: Callable,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    value: str,
    sentence: str,
) -> None:
    """No more room, or no right to: the form stays and says so in the server's words."""
    monkeypatch.setitem(os.environ, setting, value)
    with Service(models, tmp_path) as service:
        context, watch = new_context(service.address)
        watch.expect("status of 4")
        page = context.new_page()
        page.goto("/")
        for shape in (ONE, SEVEN):
            page.keyboard.press("Escape")
            draw(page, shape)
            expect(page.locator("#label")).to_have_text("7" if shape is SEVEN else "1")
            page.wait_for_timeout(300)
            correct(page, "3")
            if setting == "INKLING_MAX_FEEDBACK" and shape is ONE:
                expect(page.locator("#kept")).to_contain_text("Kept as 3.")
            else:
                expect(page.locator("#correction-problem")).to_contain_text(sentence)
                page.get_by_role("button", name="Cancel").click()


def test_the_token_is_asked_for(models: Path, tmp_path: Path, new_context: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where changes want one, the page asks for it above its form, and goes on."""
    monkeypatch.setitem(os.environ, "INKLING_TOKEN", "open-sesame")
    monkeypatch.setitem(os.environ, "INKLING_HOST", "0.0.0.0")  # noqa: S104
    with Service(models, tmp_path) as service:
        context, watch = new_context(service.address)
        watch.expect("status of 401")
        page = context.new_page()
        page.goto("/")
        draw(page, SEVEN)
        expect(page.locator("#label")).to_have_text("7")
        correct(page, "3")
        page.get_by_role("textbox", name="Token").fill("open-sesame")
        page.keyboard.press("Enter")
        expect(page.locator("#kept")).to_contain_text("Kept as 3.")


def test_a_server_that_is_gone_is_said(open_page: OpenPage) -> None:
    """The form stays, and the label can be sent again when the server is back."""
    page = open_page()
    page.watch.expect("ERR_FAILED")
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    page.route("**/feedback?*", lambda route: route.abort(), times=1)
    correct(page, "4")
    expect(page.locator("#correction-problem")).to_have_text("The server does not answer.")
    page.get_by_role("group", name="Right label").get_by_role("button", name="4", exact=True).click()
    expect(page.locator("#kept")).to_contain_text("Kept as 4.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#kept")).to_have_text("Taken back.")
