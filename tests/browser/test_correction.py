"""Correct a wrong prediction: the drawing is saved with its correct label and can be removed again."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.drawing_input import ONE, SEVEN, draw, wait_until_idle
from tests.browser.locators import upload
from tests.browser.service import Service
from tests.browser.test_pictures import make_seven

OpenPage = Callable[..., Page]


def stored(page: Page) -> list[dict]:
    """The feedback that the server stores, newest first."""
    return page.request.get("/feedback").json()["feedback"]


def open_correction(page: Page) -> None:
    """Open the dialog, once the prediction is complete."""
    wait_until_idle(page)
    page.get_by_role("button", name="That’s wrong").click()


def correct(page: Page, label: str) -> None:
    """Choose the correct label."""
    open_correction(page)
    page.get_by_role("group", name="Correct label").get_by_role("button", name=label, exact=True).click()


def undo_correction(page: Page) -> None:
    """Remove the correction and wait for the confirmation."""
    with page.expect_response(lambda response: response.request.method == "DELETE" and response.ok):
        page.get_by_role("button", name="Undo the correction").click()
    expect(page.get_by_role("button", name="Undo the correction")).to_have_count(0)


def test_correction_is_saved_and_removed(open_page: OpenPage) -> None:
    """It is stored with the strokes, the predicted label and the model's version, and can be undone."""
    page = open_page("?crops=all")
    status = page.get_by_test_id("correction-status")
    expect(page.get_by_role("button", name="That’s wrong")).to_have_attribute("aria-disabled", "true")
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    correct(page, "1")
    expect(status).to_contain_text("1")
    expect(page.get_by_role("dialog")).to_have_count(0)
    newest = stored(page)[0]
    version = page.request.get("/models").json()["models"][0]["sha256"]
    assert (newest["label"], newest["predicted"], newest["model"], newest["sha256"]) == ("1", "7", "digits", version)
    assert newest["points"] > 10
    undo_correction(page)
    expect(status).not_to_be_empty()
    assert newest["id"] not in [drawing["id"] for drawing in stored(page)]
    draw(page, ONE)
    expect(status).to_be_empty()


def test_unknown_label_and_pen_width(open_page: OpenPage) -> None:
    """A label that the model doesn't have is entered as text; the pen width is sent along."""
    page = open_page("?pen=110")
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).not_to_be_empty()
    open_correction(page)
    assert find_violations(page) == []
    with page.expect_request("**/feedback?*") as sent:
        page.get_by_label("Something else").fill("Γ")
        page.keyboard.press("Enter")
    assert sent.value.post_data_json["pen"] == 110
    expect(page.get_by_test_id("correction-status")).to_contain_text("Γ")
    assert stored(page)[0]["label"] == "Γ"
    undo_correction(page)


def test_picture_is_saved(open_page: OpenPage) -> None:
    """A picture is sent again as it is."""
    page = open_page()
    upload(page, make_seven())
    expect(page.get_by_test_id("label")).to_have_text("7")
    correct(page, "2")
    expect(page.get_by_test_id("correction-status")).to_contain_text("2")
    assert stored(page)[0]["points"] == 0
    undo_correction(page)


def test_correction_can_be_cancelled(open_page: OpenPage) -> None:
    """Escape and Cancel close the dialog without saving or clearing the drawing."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    before = stored(page)
    for cancel in (lambda: page.keyboard.press("Escape"), lambda: page.get_by_role("button", name="Cancel").click()):
        open_correction(page)
        expect(page.get_by_role("dialog", name="What is it?")).to_be_visible()
        cancel()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name="That’s wrong")).to_be_focused()
    expect(page.get_by_test_id("label")).to_have_text("7")
    assert stored(page) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [("INKLING_MAX_FEEDBACK", "1", "feedback_full"), ("INKLING_HOST", "0.0.0.0", "forbidden")],  # noqa: S104
)
def test_rejected_correction_is_explained(
    models: Path, tmp_path: Path, new_context: Callable, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, code: str
) -> None:
    """If the server rejects it, the dialog stays open and says why."""
    monkeypatch.setitem(os.environ, setting, value)
    with Service(models, tmp_path) as service:
        context, monitor = new_context(service.address)
        monitor.allow_message("status of 4")
        page = context.new_page()
        page.monitor = monitor
        page.goto("/")
        for shape in (ONE, SEVEN):
            page.keyboard.press("Escape")
            draw(page, shape)
            expect(page.get_by_test_id("label")).to_have_text("7" if shape is SEVEN else "1")
            correct(page, "3")
            if setting == "INKLING_MAX_FEEDBACK" and shape is ONE:
                expect(page.get_by_test_id("correction-status")).to_contain_text("3")
            else:
                expect(page.get_by_role("dialog").get_by_role("alert")).to_have_attribute("data-code", code)
                page.get_by_role("button", name="Cancel").click()


def test_token_is_requested(models: Path, tmp_path: Path, new_context: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """If changes need a token, the page asks for it and continues."""
    monkeypatch.setitem(os.environ, "INKLING_TOKEN", "open-sesame")
    monkeypatch.setitem(os.environ, "INKLING_HOST", "0.0.0.0")  # noqa: S104
    with Service(models, tmp_path) as service:
        context, monitor = new_context(service.address)
        monitor.allow_message("status of 401")
        page = context.new_page()
        page.monitor = monitor
        page.goto("/")
        draw(page, SEVEN)
        expect(page.get_by_test_id("label")).to_have_text("7")
        correct(page, "3")
        page.get_by_role("textbox", name="Token").fill("open-sesame")
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("correction-status")).to_contain_text("3")


def test_server_down_during_correction(open_page: OpenPage) -> None:
    """The dialog stays open, and the label can be sent again when the server is back."""
    page = open_page()
    page.monitor.allow_message("ERR_FAILED")
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    wait_until_idle(page)
    page.route("**/feedback?*", lambda route: route.abort(), times=1)
    correct(page, "4")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_attribute("data-code", "server_down")
    page.get_by_role("group", name="Correct label").get_by_role("button", name="4", exact=True).click()
    expect(page.get_by_test_id("correction-status")).to_contain_text("4")
    undo_correction(page)
