"""Drawing with mouse, stylus and finger; undo, redo, clear; what the answer shows."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import ONE, SEVEN, draw, draw_with_finger, draw_with_stylus, on_page, wait_until

OpenPage = Callable[..., Page]


def strokes_asked(page: Page) -> list[list]:
    """Collect the strokes of each question that the page asks from now on."""
    asked: list[list] = []
    page.on("request", lambda request: asked.append(request.post_data_json["strokes"]) if "/predict" in request.url else None)
    return asked


def test_a_seven_is_read(open_page: OpenPage) -> None:
    """A seven drawn with the mouse is answered with 7, as label, as number and as the longest bar."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    expect(page.locator("#confidence")).to_have_text(re.compile(r"^\d{2}\.\d\u00a0%$"))
    best = page.locator("#bars li.best")
    expect(best).to_have_count(1)
    expect(best.locator(".name")).to_have_text("7")
    expect(best.locator(".value")).to_have_text(page.locator("#confidence").text_content())


@pytest.mark.parametrize("tool", [draw_with_stylus, draw_with_finger])
def test_stylus_and_finger_draw(open_page: OpenPage, tool: Callable) -> None:
    """A stylus and a finger draw what a mouse draws."""
    page = open_page(has_touch=True)
    tool(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")


def test_the_answer_comes_while_drawing(open_page: OpenPage) -> None:
    """The pen need not be lifted for an answer."""
    page = open_page()
    first, *rest = on_page(page, SEVEN)
    page.mouse.move(**first)
    page.mouse.down()
    for position in rest:
        page.mouse.move(**position)
    expect(page.locator("#label")).to_have_text("7")
    page.mouse.up()
    expect(page.locator("#label")).to_have_text("7")


def test_palms_are_rejected(open_page: OpenPage) -> None:
    """Once a stylus has drawn, a touch draws nothing more, and the mouse still does."""
    page = open_page(has_touch=True)
    asked = strokes_asked(page)
    draw_with_stylus(page, SEVEN)
    draw_with_finger(page, ONE)
    draw(page, SEVEN)
    wait_until(page, lambda: len(asked[-1]) >= 2 and len(asked[-1][-1]) == len(asked[-1][0]))
    assert len(asked[-1]) == 2


def test_strokes_stay_on_the_sheet(open_page: OpenPage) -> None:
    """A stroke that leaves the sheet is sent as it shows: along the edge, in whole units."""
    page = open_page()
    asked = strokes_asked(page)
    draw(page, [(0.5, 0.5), (1.2, 0.5)])
    wait_until(page, lambda: asked and asked[-1][0][-1] == [1000, 500])
    [stroke] = asked[-1]
    assert stroke[0] == pytest.approx([500, 500], abs=2)
    assert all(type(value) is int for point in stroke for value in point)


def test_undo_redo_clear(open_page: OpenPage) -> None:
    """Undo takes back a stroke, a clearing and a picture's place; redo brings them again."""
    page = open_page()
    label, undo, redo = page.locator("#label"), page.locator("#undo"), page.locator("#redo")
    expect(undo).to_have_attribute("aria-disabled", "true")
    draw(page, SEVEN)
    expect(label).to_have_text("7")
    undo.click()
    expect(label).to_be_empty()
    expect(page.locator("#drawing-hint")).to_be_visible()
    redo.click()
    expect(label).to_have_text("7")
    expect(redo).to_have_attribute("aria-disabled", "true")
    page.locator("#clear").click()
    expect(label).to_be_empty()
    expect(page.locator("#bars li.best")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(label).to_have_text("7")
    page.keyboard.press("Escape")
    expect(label).to_be_empty()


def test_each_crop_is_shown(open_page: OpenPage) -> None:
    """The image and the four crops are painted, each crop with its own answer, and the mean is what the API says."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    expect(page.locator(".crop")).to_have_count(4)
    for own in page.locator(".crop .own").all():
        expect(own).to_have_text(re.compile(r"^7 \d+\.\d\u00a0%$"))
    inked = page.evaluate(
        """() => [...document.querySelectorAll("#image-pixels, .crop canvas")].map((canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            return [width, height, data.filter((value, i) => i % 4 === 3 && value > 0).length];
        })"""
    )
    assert [size[:2] for size in inked] == [[28, 28]] + [[24, 24]] * 4
    assert all(count > 30 for *_, count in inked)


def test_looking_at_a_crop_marks_its_window_and_its_answer(open_page: OpenPage) -> None:
    """Hovering over a crop outlines its window on the image and marks its probabilities on the bars."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    page.locator(".crop").nth(2).hover()
    expect(page.locator("#image-windows rect").nth(2)).to_have_class("marked")
    expect(page.locator("#bars")).to_have_class(re.compile("marked"))
    page.mouse.move(2, 2)
    expect(page.locator("#image-windows rect.marked")).to_have_count(0)


def test_an_unsure_answer_says_so(open_page: OpenPage) -> None:
    """An answer under the model's threshold is not sold as one: the page says it in words."""
    page = open_page()

    def doubt(route) -> None:
        answer = route.fetch().json()
        answer["predictions"][0]["known"] = False
        route.fulfill(json=answer)

    page.route("**/predict*", doubt)
    draw(page, SEVEN)
    expect(page.locator("#sentence")).to_have_text("Not sure it is one of the labels.")
    expect(page.locator("#answer")).to_have_attribute("data-state", "unsure")


def test_a_screen_reader_hears_the_answer_once(open_page: OpenPage) -> None:
    """The live region speaks when the drawing has come to rest, not at every move."""
    page = open_page()
    page.evaluate(
        """() => {
            window.said = [];
            new MutationObserver(() => said.push(voice.textContent)).observe(voice, { childList: true });
        }"""
    )
    draw(page, SEVEN)
    expect(page.locator("#live-region")).to_have_text(re.compile(r"^7, \d+\.\d\u00a0%"))
    assert len([text for text in page.evaluate("said") if text]) == 1
