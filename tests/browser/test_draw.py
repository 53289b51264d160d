"""Draw with mouse, stylus and finger; undo, redo, clear; what the prediction shows."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import ONE, SEVEN, draw, draw_with_finger, draw_with_stylus, to_viewport, wait_until
from tests.browser.locators import best_bar, crop_outlines, crop_tiles, tool

OpenPage = Callable[..., Page]


def record_strokes(page: Page) -> list[list]:
    """Collect the strokes of each request from now on."""
    sent: list[list] = []
    page.on("request", lambda request: sent.append(request.post_data_json["strokes"]) if "/predict?" in request.url else None)
    return sent


def test_mouse_drawing_is_predicted(open_page: OpenPage) -> None:
    """A seven is predicted as 7: in the label, the confidence and the longest bar."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    expect(page.get_by_test_id("confidence")).to_have_text(re.compile(r"^\d{2}\.\d\u00a0%$"))
    expect(best_bar(page)).to_have_count(1)
    expect(best_bar(page).get_by_test_id("bar-label")).to_have_text("7")
    expect(best_bar(page).get_by_test_id("bar-value")).to_have_text(page.get_by_test_id("confidence").text_content())


@pytest.mark.parametrize("draw_with", [draw_with_stylus, draw_with_finger])
def test_stylus_and_finger_draw(open_page: OpenPage, draw_with: Callable) -> None:
    """A stylus and a finger draw like a mouse."""
    page = open_page(has_touch=True)
    draw_with(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")


def test_prediction_updates_while_drawing(open_page: OpenPage) -> None:
    """The pen need not be lifted for a prediction."""
    page = open_page()
    first, *rest = to_viewport(page, SEVEN)
    page.mouse.move(**first)
    page.mouse.down()
    for position in rest:
        page.mouse.move(**position)
    expect(page.get_by_test_id("label")).to_have_text("7")
    page.mouse.up()
    expect(page.get_by_test_id("label")).to_have_text("7")


def test_palm_is_rejected(open_page: OpenPage) -> None:
    """After a stylus was used, touches no longer draw; the mouse still does."""
    page = open_page(has_touch=True)
    sent = record_strokes(page)
    draw_with_stylus(page, SEVEN)
    draw_with_finger(page, ONE)
    draw(page, SEVEN)
    wait_until(page, lambda: len(sent[-1]) >= 2 and len(sent[-1][-1]) == len(sent[-1][0]))
    assert len(sent[-1]) == 2


def test_strokes_are_clamped_to_canvas(open_page: OpenPage) -> None:
    """A stroke that leaves the canvas is sent as displayed: along the edge, in whole units."""
    page = open_page()
    sent = record_strokes(page)
    draw(page, [(0.5, 0.5), (1.2, 0.5)])
    wait_until(page, lambda: sent and sent[-1][0][-1] == [1000, 500])
    [stroke] = sent[-1]
    assert stroke[0] == pytest.approx([500, 500], abs=2)
    assert all(type(value) is int for point in stroke for value in point)


def test_undo_redo_clear(open_page: OpenPage) -> None:
    """Undo reverts a stroke and a clearing; redo repeats it."""
    page = open_page()
    label = page.get_by_test_id("label")
    expect(tool(page, "Undo")).to_have_attribute("aria-disabled", "true")
    draw(page, SEVEN)
    expect(label).to_have_text("7")
    tool(page, "Undo").click()
    expect(label).to_be_empty()
    expect(page.get_by_test_id("drawing-hint")).to_be_visible()
    tool(page, "Redo").click()
    expect(label).to_have_text("7")
    expect(tool(page, "Redo")).to_have_attribute("aria-disabled", "true")
    tool(page, "Clear").click()
    expect(label).to_be_empty()
    expect(best_bar(page)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(label).to_have_text("7")
    page.keyboard.press("Escape")
    expect(label).to_be_empty()


def test_crops_are_shown(open_page: OpenPage) -> None:
    """The image and the four crops are painted, each crop with its own prediction."""
    page = open_page()
    page.monitor.allow_message("willReadFrequently")  # the test reads canvases; the page never does
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    expect(crop_tiles(page)).to_have_text([re.compile(r"7 \d+\.\d\u00a0%$")] * 4)
    measure = """(canvases) => canvases.map((canvas) => {
        const { width, height } = canvas;
        const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
        return [width, height, data.filter((value, i) => i % 4 === 3 && value > 0).length];
    })"""
    images = page.get_by_test_id("image-pixels").or_(crop_tiles(page).locator("canvas")).evaluate_all(measure)
    assert [image[:2] for image in images] == [[28, 28]] + [[24, 24]] * 4
    assert all(ink > 30 for *_, ink in images)


def test_selected_crop_is_highlighted(open_page: OpenPage) -> None:
    """Hovering over a crop highlights its outline on the image and marks its probabilities on the bars."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    crop_tiles(page).nth(2).hover()
    expect(crop_outlines(page).nth(2)).to_have_class("highlighted")
    expect(page.get_by_test_id("probabilities")).to_have_class(re.compile("marked"))
    page.mouse.move(2, 2)
    expect(page.get_by_test_id("crop-outlines").locator(".highlighted")).to_have_count(0)


def test_uncertain_prediction_is_marked(open_page: OpenPage) -> None:
    """Of a prediction below the model's threshold, the label is only a guess."""
    page = open_page()

    def make_uncertain(route) -> None:
        result = route.fetch().json()
        result["predictions"][0]["known"] = False
        route.fulfill(json=result)

    page.route("**/predict*", make_uncertain)
    draw(page, SEVEN)
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-state", "uncertain")
    expect(page.get_by_test_id("label")).to_have_text("?")
    expect(page.get_by_test_id("confidence")).to_have_text("Not sure")
    expect(page.get_by_test_id("explanation")).to_have_text(re.compile(r"^Best guess: \d, "))
    expect(page.get_by_test_id("confidence-summary")).to_have_text(re.compile(r"^\? "))


def test_screen_reader_announces_complete_drawings(open_page: OpenPage) -> None:
    """The live region is updated when the pen rests, not with every movement. On a busy machine it rests more than once."""
    page = open_page()
    live_region = page.locator("[aria-live=polite][role=status]")
    live_region.evaluate(
        """(region) => {
            window.announced = [];
            new MutationObserver(() => announced.push(region.textContent)).observe(region, { childList: true });
        }"""
    )
    draw(page, SEVEN)
    expect(live_region).to_have_text(re.compile(r"^7, \d+\.\d\u00a0%"))
    assert len([text for text in page.evaluate("announced") if text]) < len(SEVEN)
