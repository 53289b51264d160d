"""The pen's width and the strokes' times: sent, kept in the link, and played again."""

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import ONE, SEVEN, draw, draw_with_finger, draw_with_stylus, wait_until
from tests.browser.test_pictures import seven

OpenPage = Callable[..., Page]

TWO_STROKES = [SEVEN, [(0.35, 0.55), (0.68, 0.55)]]
"""A seven with a bar."""


def bodies(page: Page, path: str = "/predict") -> list[dict]:
    """Collect what the page sends from now on."""
    sent: list[dict] = []
    page.on("request", lambda request: sent.append(request.post_data_json) if path in request.url else None)
    return sent


def test_the_pen_is_sent_only_where_another_width_was_chosen(open_page: OpenPage) -> None:
    """Of the middle pen nothing is said; of another its width in the strokes' units; a reload and a link have it, too."""
    page = open_page()
    sent = bodies(page)
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    assert all("pen" not in body for body in sent)
    image = page.evaluate("document.querySelector('#image-pixels').toDataURL()")
    page.get_by_role("radio", name="thick").check()
    wait_until(page, lambda: sent[-1].get("pen") == 110)
    expect(page).to_have_url(re.compile(r"[?&]pen=110\b"))
    wait_until(page, lambda: page.evaluate("document.querySelector('#image-pixels').toDataURL()") != image)
    expect(page.locator("#label")).to_have_text("7")
    expect(page.locator(".views a").nth(1)).to_have_attribute("href", re.compile(r"/inside\?.*\bpen=110\b"))
    expect(page).to_have_url(re.compile("ink="))
    page.reload()
    expect(page.get_by_role("radio", name="thick")).to_be_checked()
    expect(page.locator("#label")).to_have_text("7")
    assert sent[-1]["pen"] == 110
    page.get_by_role("radio", name="middle").check()
    wait_until(page, lambda: "pen" not in sent[-1])
    expect(page).not_to_have_url(re.compile("pen="))


@pytest.mark.parametrize("pen", ["wide", "0", "5000", "-70"])
def test_a_pen_that_is_none_is_left(open_page: OpenPage, pen: str) -> None:
    """A link with a width that no pen here has draws with the middle one."""
    page = open_page(f"?pen={pen}")
    sent = bodies(page)
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    assert all("pen" not in body for body in sent)
    expect(page.get_by_role("radio", name="middle")).to_be_checked()


@pytest.mark.parametrize("tool", [draw, draw_with_stylus, draw_with_finger])
def test_a_replay_draws_it_again_and_is_read_along(open_page: OpenPage, tool: Callable) -> None:
    """Strokes grow as they were drawn, are asked for while they do, and the whole drawing is there again at the end."""
    page = open_page(has_touch=True)
    for stroke in TWO_STROKES:
        tool(page, stroke)
    expect(page.locator("#label")).to_have_text("7")
    page.wait_for_timeout(400)
    address = page.url
    sent = bodies(page)
    replay = page.locator("#replay")
    replay.click()
    expect(replay).to_have_text("Stop")
    expect(replay).to_have_text("Replay")
    wait_until(page, lambda: sent and len(sent[-1]["strokes"]) == 2)
    page.wait_for_timeout(400)
    counts = [sum(map(len, body["strokes"])) for body in sent]
    assert counts == sorted(counts)
    assert len(set(counts)) >= 3
    assert counts[0] < counts[-1]
    whole = sent[-1]["strokes"]
    assert all(part == stroke[: len(part)] for body in sent for part, stroke in zip(body["strokes"], whole, strict=False))
    expect(page.locator("#label")).to_have_text("7")
    assert page.url == address
    expect(page.locator("#redo")).to_have_attribute("aria-disabled", "true")


def test_a_replay_keeps_the_hands_time(open_page: OpenPage) -> None:
    """A stroke takes as long as it took; a rest between two is cut short; what has no times is drawn at an even pace."""
    page = open_page()
    times = page.evaluate(
        """async () => {
            const { DrawingModel } = await import("/static/js/shared/drawing-model.js");
            const { timeline } = await import("/static/js/draw/replay.js");
            const drawing = new DrawingModel();
            drawing.begin([0, 0], 1000);
            drawing.extend([0, 100], 1050);
            drawing.end([0, 200], 1900);
            drawing.begin([300, 0], 60000);
            drawing.end([300, 90], 60100);
            const drawn = timeline(drawing.strokes, (stroke) => drawing.timesOf(stroke));
            const link = [[[0, 0], [0, 90], [0, 270]]];
            return [drawn, timeline(link, (stroke) => new DrawingModel().timesOf(stroke))];
        }"""
    )
    assert times == [[[0, 50, 900], [1500, 1600]], [[0, 100, 300]]]


@pytest.mark.parametrize("way", ["button", "pen", "clear", "undo", "escape"])
def test_a_replay_is_stopped(open_page: OpenPage, way: str) -> None:
    """Its own button and undo bring the drawing back, a new stroke is added to it, clearing clears it."""
    page = open_page()
    for stroke in TWO_STROKES:
        draw(page, stroke)
        page.wait_for_timeout(150)
    expect(page.locator("#label")).to_have_text("7")
    page.locator("#replay").click()
    expect(page.locator("#replay")).to_have_text("Stop")
    sent = bodies(page)
    match way:
        case "button":
            page.locator("#replay").click()
        case "undo":
            page.locator("#undo").click()
        case "clear":
            page.locator("#clear").click()
        case "escape":
            page.keyboard.press("Escape")
        case "pen":
            draw(page, ONE)
    expect(page.locator("#replay")).to_have_text("Replay")
    if way in ("clear", "escape"):
        expect(page.locator("#label")).to_be_empty()
        expect(page.locator("#replay")).to_have_attribute("aria-disabled", "true")
        page.keyboard.press("Control+z")
    wait_until(page, lambda: sent and len(sent[-1]["strokes"]) == (3 if way == "pen" else 2))
    page.wait_for_timeout(300)
    assert len(sent[-1]["strokes"]) == (3 if way == "pen" else 2)


def test_with_reduced_motion_a_replay_goes_stroke_by_stroke(open_page: OpenPage) -> None:
    """Nothing moves: whole strokes appear, one after the other."""
    page = open_page(reduced_motion="reduce")
    for stroke in TWO_STROKES:
        draw(page, stroke)
    expect(page.locator("#label")).to_have_text("7")
    page.wait_for_timeout(300)
    sent = bodies(page)
    page.locator("#replay").press("Enter")
    expect(page.locator("#replay")).to_have_text("Stop")
    expect(page.locator("#replay")).to_have_text("Replay")
    wait_until(page, lambda: len(sent) >= 2)
    whole = sent[-1]["strokes"]
    shown = [body["strokes"] for body, _ in itertools.groupby(sent)]
    assert shown == [whole[:1], whole]


def test_a_drawing_from_a_link_is_played(open_page: OpenPage) -> None:
    """A link has no times, and its strokes are drawn at an even pace."""
    page = open_page()
    draw(page, SEVEN)
    expect(page).to_have_url(re.compile("ink="))
    page.reload()
    expect(page.locator("#label")).to_have_text("7")
    sent = bodies(page)
    page.locator("#replay").click()
    expect(page.locator("#replay")).to_have_text("Stop")
    expect(page.locator("#replay")).to_have_text("Replay")
    assert len({len(body["strokes"][0]) for body in sent}) >= 3


def test_there_is_nothing_to_play_of_a_picture(open_page: OpenPage) -> None:
    """The button says so, on an empty sheet and with a picture."""
    page = open_page()
    expect(page.locator("#replay")).to_have_attribute("aria-disabled", "true")
    page.locator("#replay").press("Enter")
    expect(page.locator("#replay")).to_have_text("Replay")
    expect(page.locator("#drawing-hint")).to_be_visible()
    page.locator("#file").set_input_files({"name": "seven.png", "mimeType": "image/png", "buffer": seven()})
    expect(page.locator("#label")).to_have_text("7")
    expect(page.locator("#replay")).to_have_attribute("aria-disabled", "true")
