"""The pen width and the times of strokes: sent, kept in the link, and replayed."""

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import (
    ONE,
    SEVEN,
    count_strokes,
    draw,
    draw_with_finger,
    draw_with_stylus,
    wait_until,
    wait_until_idle,
)
from tests.browser.locators import tool, upload
from tests.browser.test_pictures import make_seven

OpenPage = Callable[..., Page]

TWO_STROKES = [SEVEN, [(0.35, 0.55), (0.68, 0.55)]]
"""A seven with a bar."""


def record_bodies(page: Page, path: str = "/predict?") -> list[dict]:
    """Collect the bodies of requests from now on."""
    sent: list[dict] = []
    page.on("request", lambda request: sent.append(request.post_data_json) if path in request.url else None)
    return sent


def draw_seven(page: Page, draw_with: Callable = draw) -> None:
    """Draw a seven with a bar, and wait until it is predicted and saved in the link."""
    for stroke in TWO_STROKES:
        draw_with(page, stroke)
    expect(page.get_by_test_id("label")).to_have_text("7")
    wait_until(page, lambda: count_strokes(page) == 2)
    wait_until_idle(page)


def test_pen_width_is_sent_only_if_changed(open_page: OpenPage) -> None:
    """The default width isn't sent; another one is sent in units of the strokes, and restored by a reload."""
    page = open_page()
    sent = record_bodies(page)
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    assert all("pen" not in body for body in sent)
    pixels = page.get_by_test_id("image-pixels")
    image = pixels.evaluate("(canvas) => canvas.toDataURL()")
    page.get_by_role("radio", name="thick").check()
    wait_until(page, lambda: sent[-1].get("pen") == 110)
    expect(page).to_have_url(re.compile(r"[?&]pen=110\b"))
    wait_until(page, lambda: pixels.evaluate("(canvas) => canvas.toDataURL()") != image)
    expect(page.get_by_test_id("label")).to_have_text("7")
    link = page.get_by_role("navigation").get_by_role("link", name="Inside")
    expect(link).to_have_attribute("href", re.compile(r"/inside\?.*\bpen=110\b"))
    expect(page).to_have_url(re.compile("ink="))
    page.reload()
    expect(page.get_by_role("radio", name="thick")).to_be_checked()
    expect(page.get_by_test_id("label")).to_have_text("7")
    assert sent[-1]["pen"] == 110
    page.get_by_role("radio", name="medium").check()
    wait_until(page, lambda: "pen" not in sent[-1])
    expect(page).not_to_have_url(re.compile("pen="))


@pytest.mark.slow
def test_invalid_pen_width_is_ignored(open_page: OpenPage) -> None:
    """A link with an invalid width uses the default one."""
    page = open_page()
    sent = record_bodies(page)
    for pen in ("wide", "0", "5000", "-70"):
        page.goto(f"/?pen={pen}")
        draw(page, SEVEN)
        expect(page.get_by_test_id("label")).to_have_text("7")
        expect(page.get_by_role("radio", name="medium")).to_be_checked()
        wait_until_idle(page)
    assert all("pen" not in body for body in sent)


@pytest.mark.slow
@pytest.mark.parametrize("draw_with", [draw, draw_with_stylus, draw_with_finger])
def test_replay_repeats_the_drawing(open_page: OpenPage, draw_with: Callable) -> None:
    """Strokes grow as they were drawn, with predictions, until the drawing is complete."""
    page = open_page(has_touch=True)
    draw_seven(page, draw_with)
    address = page.url
    sent = record_bodies(page)
    replay = page.get_by_test_id("replay")
    replay.click()
    expect(replay).to_have_text("Stop")
    expect(replay).to_have_text("Replay")
    wait_until(page, lambda: sent and len(sent[-1]["strokes"]) == 2)
    wait_until_idle(page)
    counts = [sum(map(len, body["strokes"])) for body in sent]
    assert counts == sorted(counts)
    assert len(set(counts)) >= 3
    assert counts[0] < counts[-1]
    strokes = sent[-1]["strokes"]
    assert all(part == stroke[: len(part)] for body in sent for part, stroke in zip(body["strokes"], strokes, strict=False))
    expect(page.get_by_test_id("label")).to_have_text("7")
    assert page.url == address
    expect(tool(page, "Redo")).to_have_attribute("aria-disabled", "true")


def test_replay_keeps_the_speed(open_page: OpenPage) -> None:
    """A stroke takes as long as it took, long pauses are shortened, and strokes without times have a constant speed."""
    page = open_page()
    times = page.evaluate(
        """async () => {
            const { DrawingModel } = await import("/static/js/shared/drawing-model.js");
            const { timeline } = await import("/static/js/shared/stroke-animation.js");
            const drawing = new DrawingModel();
            drawing.begin([0, 0], 1000);
            drawing.extend([0, 100], 1050);
            drawing.end([0, 200], 1900);
            drawing.begin([300, 0], 60000);
            drawing.end([300, 90], 60100);
            const drawn = timeline(drawing.strokes, (stroke) => drawing.timesOf(stroke));
            const linked = [[[0, 0], [0, 90], [0, 270]]];
            return [drawn, timeline(linked, (stroke) => new DrawingModel().timesOf(stroke))];
        }"""
    )
    assert times == [[[0, 50, 900], [1500, 1600]], [[0, 100, 300]]]


@pytest.mark.parametrize("action", ["replay", "draw", "clear", "undo", "escape"])
def test_replay_can_be_stopped(open_page: OpenPage, action: str) -> None:
    """Its own button and undo restore the drawing, a new stroke is added to it, and clearing clears it."""
    page = open_page()
    draw_seven(page)
    replay = page.get_by_test_id("replay")
    replay.click()
    expect(replay).to_have_text("Stop")
    sent = record_bodies(page)
    match action:
        case "replay":
            replay.click()
        case "undo":
            tool(page, "Undo").click()
        case "clear":
            tool(page, "Clear").click()
        case "escape":
            page.keyboard.press("Escape")
        case "draw":
            draw(page, ONE)
    expect(replay).to_have_text("Replay")
    if action in ("clear", "escape"):
        expect(page.get_by_test_id("label")).to_be_empty()
        expect(replay).to_have_attribute("aria-disabled", "true")
        page.keyboard.press("Control+z")
    expected = 3 if action == "draw" else 2
    wait_until(page, lambda: sent and len(sent[-1]["strokes"]) == expected)
    wait_until_idle(page)
    assert len(sent[-1]["strokes"]) == expected


@pytest.mark.slow
def test_replay_with_reduced_motion(open_page: OpenPage) -> None:
    """Whole strokes appear one after the other."""
    page = open_page(reduced_motion="reduce")
    draw_seven(page)
    sent = record_bodies(page)
    page.get_by_test_id("replay").press("Enter")
    expect(page.get_by_test_id("replay")).to_have_text("Stop")
    expect(page.get_by_test_id("replay")).to_have_text("Replay")
    wait_until(page, lambda: len(sent) >= 2)
    strokes = sent[-1]["strokes"]
    shown = [body["strokes"] for body, _ in itertools.groupby(sent)]
    assert shown == [strokes[:1], strokes]


@pytest.mark.slow
def test_linked_drawing_is_replayed(open_page: OpenPage) -> None:
    """A link has no times; its strokes are replayed at constant speed."""
    page = open_page()
    draw(page, SEVEN)
    expect(page).to_have_url(re.compile("ink="))
    page.reload()
    expect(page.get_by_test_id("label")).to_have_text("7")
    sent = record_bodies(page)
    page.get_by_test_id("replay").click()
    expect(page.get_by_test_id("replay")).to_have_text("Stop")
    expect(page.get_by_test_id("replay")).to_have_text("Replay")
    assert len({len(body["strokes"][0]) for body in sent}) >= 3


def test_replay_is_disabled_without_strokes(open_page: OpenPage) -> None:
    """On an empty canvas and with a picture."""
    page = open_page()
    replay = page.get_by_test_id("replay")
    expect(replay).to_have_attribute("aria-disabled", "true")
    replay.press("Enter")
    expect(replay).to_have_text("Replay")
    expect(page.get_by_test_id("drawing-hint")).to_be_visible()
    upload(page, make_seven())
    expect(page.get_by_test_id("label")).to_have_text("7")
    expect(replay).to_have_attribute("aria-disabled", "true")
