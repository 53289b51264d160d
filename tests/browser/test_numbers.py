"""Whole numbers: the wide canvas, the boxes over it, and the prediction for each digit."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.drawing_input import ONE, SEVEN, Shape, draw, draw_with_finger, draw_with_stylus, wait_until, wait_until_idle
from tests.browser.locators import best_bar, digit_buttons, read_mode, tool, upload

OpenPage = Callable[..., Page]

BOXES = """(boxes) => boxes.map((box) => {
    const { left, top, right, bottom } = box.getBoundingClientRect();
    return [left, top, right, bottom];
})"""

INK = """(canvas) => {
    const context = canvas.getContext("2d"), { width, height } = canvas;
    const { data } = context.getImageData(0, 0, width, height);
    const { left, top, width: displayed } = canvas.getBoundingClientRect(), scale = displayed / width;
    const columns = Array.from({ length: width }, (_, x) => {
        const inked = [];
        for (let y = 0; y < height; y++) if (data[4 * (y * width + x) + 3] > 127) inked.push(y);
        return inked;
    });
    const found = [];
    let open = null;
    columns.forEach((inked, x) => {
        if (inked.length && !open) found.push((open = [x, Infinity, x, 0]));
        if (!inked.length) open = null;
        if (inked.length) open.splice(1, 3, Math.min(open[1], inked[0]), x + 1, Math.max(open[3], inked.at(-1) + 1));
    });
    return found.map(([a, b, c, d]) => [left + a * scale, top + b * scale, left + c * scale, top + d * scale]);
}"""
"""The bounding boxes of the ink on the canvas, separated by empty columns, in pixels of the viewport."""


def at(shape: Shape, center: float) -> Shape:
    """A digit's shape on the wide canvas, centered at a fraction of its width."""
    return [((x - 0.5) / 1.6 + center, y) for x, y in shape]


def write(page: Page, draw_with: Callable = draw) -> None:
    """Write the number 717."""
    for shape, center in ((SEVEN, 0.2), (ONE, 0.5), (SEVEN, 0.8)):
        draw_with(page, at(shape, center))


def measure(page: Page) -> tuple[list, list]:
    """The boxes over the digits and those of the ink, in pixels of the viewport."""
    wait_until_idle(page)
    boxes = page.get_by_test_id("digit-box").locator("rect").evaluate_all(BOXES)
    return boxes, page.get_by_test_id("drawing-canvas").evaluate(INK)


@pytest.mark.parametrize("draw_with", [draw, draw_with_stylus, draw_with_finger])
def test_number_is_read_while_it_is_written(open_page: OpenPage, draw_with: Callable) -> None:
    """With mouse, stylus and finger: the text, and each digit with its own confidence and bars."""
    page = open_page("?read=number", has_touch=True)
    write(page, draw_with)
    expect(page.get_by_test_id("number-text")).to_have_text("717")
    expect(page.get_by_test_id("number-result")).to_have_attribute("data-state", "confident")
    expect(digit_buttons(page).locator("b")).to_have_text(["7", "1", "7"])
    expect(digit_buttons(page)).to_have_text([re.compile(r"\d+\.\d\u00a0%$")] * 3)
    digit_buttons(page).nth(1).click()
    expect(page.get_by_test_id("digit-title")).to_have_text("Digit 2 of 3: 1")
    expect(best_bar(page, "digit-probabilities").get_by_test_id("bar-label")).to_have_text("1")
    expect(page.get_by_test_id("digit-box").nth(1)).to_have_class("highlighted")
    expect(page.locator("[aria-live=polite][role=status]")).to_have_text("717.")
    expect(page.get_by_test_id("prediction")).to_be_hidden()
    assert find_violations(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("pen", ["", "&pen=40", "&pen=110"])
def test_boxes_enclose_the_digits(open_page: OpenPage, pen: str) -> None:
    """Each box matches the ink on the screen to three pixels, with any pen, on a desktop and a phone."""
    page = open_page(f"?read=number{pen}", viewport={"width": 1280, "height": 800})
    page.monitor.allow_message("willReadFrequently")
    write(page)
    expect(page.get_by_test_id("number-text")).to_have_text("717")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        boxes, ink = measure(page)
        assert len(boxes) == len(ink) == 3
        for box, expected in zip(boxes, ink, strict=True):
            assert box == pytest.approx(expected, abs=3)


@pytest.mark.parametrize("size", [(600, 200), (200, 420)])
def test_boxes_enclose_the_digits_of_a_picture(open_page: OpenPage, size: tuple[int, int]) -> None:
    """For pictures of any shape, the boxes are where the digits are displayed."""
    page = open_page("?read=number")
    page.monitor.allow_message("willReadFrequently")
    picture = Image.new("RGBA", size)
    side = 160
    for left in range(20, size[0] - side, 190):
        line = [(left + side * x, 20 + side * y) for x, y in SEVEN]
        ImageDraw.Draw(picture).line(line, fill=(0, 0, 0, 255), width=16, joint="curve")
    file = io.BytesIO()
    picture.save(file, "PNG")
    upload(page, file.getvalue(), "sevens.png")
    expect(page.get_by_test_id("number-text")).to_have_text(re.compile("^7+$"))
    boxes, ink = measure(page)
    assert len(boxes) == len(ink) > 0
    for box, expected in zip(boxes, ink, strict=True):
        assert box == pytest.approx(expected, abs=4)


def test_several_digits_are_offered_as_a_number(open_page: OpenPage) -> None:
    """For two sevens in the mode for one digit, the page offers the other mode; link, reload and undo work in it."""
    page = open_page()
    offer = page.get_by_role("button", name="Read as a whole number")
    text = page.get_by_test_id("number-text")
    expect(offer).to_be_hidden()
    for left in (-0.2, 0.25):
        draw(page, [(x * 0.7 + 0.12 + left, y) for x, y in SEVEN])
    expect(offer).to_be_visible()
    offer.press("Enter")
    expect(text).to_have_text("77")
    expect(read_mode(page, "a whole number")).to_be_focused()
    expect(page).to_have_url(re.compile(r"[?&]read=number\b"))
    expect(page).to_have_url(re.compile("ink="))
    page.reload()
    expect(text).to_have_text("77")
    page.keyboard.press("Escape")
    expect(text).to_be_empty()
    expect(page.get_by_test_id("digit-box")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(text).to_have_text("77")
    read_mode(page, "one digit").check()
    expect(page.get_by_test_id("label")).not_to_be_empty()
    expect(page).not_to_have_url(re.compile("read="))
    expect(page.get_by_test_id("digit-box")).to_have_count(0)


def test_wide_number_is_scaled_to_the_square_canvas(open_page: OpenPage) -> None:
    """When switching to one digit, strokes beyond the edge are scaled down in the whole history."""
    page = open_page("?read=number")
    write(page)
    expect(page.get_by_test_id("number-text")).to_have_text("717")
    sent: list[list] = []
    page.on("request", lambda request: sent.append(request.post_data_json["strokes"]) if "/predict?" in request.url else None)
    read_mode(page, "one digit").check()
    expect(page.get_by_role("button", name="Read as a whole number")).to_be_visible()
    assert max(x for stroke in sent[-1] for x, _ in stroke) <= 1000
    assert min(y for stroke in sent[-1] for _, y in stroke) > 250
    tool(page, "Undo").click()
    tool(page, "Undo").click()
    expect(page.get_by_test_id("label")).to_have_text("7")
    assert sent[-1] == sent[0][:1]


def test_uncertain_digit_is_marked(open_page: OpenPage) -> None:
    """With a dashed box, a question mark, and in words."""
    page = open_page("?read=number")

    def make_uncertain(route) -> None:
        result = route.fetch().json()
        for line in result["lines"]:
            line["digits"][0]["known"] = False
        route.fulfill(json=result)

    page.route("**/read*", make_uncertain)
    write(page)
    expect(page.get_by_test_id("number-explanation")).to_have_text(re.compile(r"^3 digits, 1 "))
    expect(page.get_by_test_id("digit-box").first).to_have_class(re.compile("unknown"))
    expect(page.get_by_test_id("digit-box").locator("text")).to_have_text(["7?", "1", "7"])
    expect(digit_buttons(page).first).to_have_class(re.compile("unknown"))
    expect(digit_buttons(page).nth(1)).not_to_have_class(re.compile("unknown"))
    expect(digit_buttons(page).first).to_have_accessible_name(re.compile(r"^7\?? ?, not sure, \d"))


def test_drawing_without_digit_is_no_error(open_page: OpenPage) -> None:
    """A first short stroke contains no digit yet; the page says so, and nothing is logged to the console."""
    page = open_page("?read=number")
    draw(page, [(0.4, 0.5), (0.6, 0.5)])
    expect(page.get_by_test_id("number-result")).to_have_attribute("data-code", "no_digit")


def test_number_is_written_with_the_keyboard(open_page: OpenPage) -> None:
    """Arrow keys reach the whole wide canvas, and Tab the digits."""
    page = open_page("?read=number")
    page.get_by_test_id("drawing-canvas").focus()
    for key, times in (("ArrowUp", 7), ("ArrowRight", 22), ("Space", 1), ("ArrowDown", 14), ("Space", 1)):
        for _ in range(times):
            page.keyboard.press(key)
    expect(page.get_by_test_id("number-text")).to_have_text("1")
    left = page.get_by_test_id("digit-box").locator("rect").evaluate("(box) => box.x.baseVal.value")
    assert left > 1300
    read_mode(page, "a whole number").focus()
    page.keyboard.press("Tab")
    expect(digit_buttons(page)).to_be_focused()
    expect(digit_buttons(page)).to_have_attribute("aria-pressed", "true")


def test_two_lines_are_read(open_page: OpenPage) -> None:
    """Numbers below each other are two lines."""
    page = open_page("?read=number")
    for row in (0.02, 0.52):
        for center in (0.3, 0.5):
            draw(page, [((x - 0.5) / 3.4 + center, y * 0.5 + row) for x, y in SEVEN])
    expect(page.get_by_test_id("number-text")).to_have_text("77\n77", use_inner_text=True)
    expect(page.get_by_role("group", name="Digits of the number").locator("> div")).to_have_count(2)


def test_number_is_read_when_the_server_is_back(open_page: OpenPage) -> None:
    """While the server is down the page says so, keeps the drawing, and reads it when the server is back."""
    page = open_page("?read=number")
    page.monitor.allow_message("ERR_FAILED")
    is_down = [True]
    page.route("**/read*", lambda route: route.abort() if is_down[0] else route.continue_())
    page.route("**/models", lambda route: route.abort() if is_down[0] else route.continue_())
    write(page)
    expect(page.get_by_test_id("number-result")).to_have_attribute("data-state", "stale")
    expect(page.get_by_test_id("number-result")).to_have_attribute("data-code", "server_down")
    is_down[0] = False
    expect(page.get_by_test_id("number-text")).to_have_text("717")


@pytest.mark.slow
def test_number_is_replayed(open_page: OpenPage) -> None:
    """During the replay its text grows digit by digit."""
    page = open_page("?read=number")
    write(page)
    expect(page.get_by_test_id("number-text")).to_have_text("717")
    page.get_by_test_id("number-text").evaluate(
        """(text) => {
            window.texts = [];
            new MutationObserver(() => texts.push(text.textContent)).observe(text, { childList: true });
        }"""
    )
    page.get_by_test_id("replay").click()
    expect(page.get_by_test_id("replay")).to_have_text("Stop")
    expect(page.get_by_test_id("replay")).to_have_text("Replay")
    wait_until(page, lambda: page.evaluate("texts.at(-1)") == "717")
    texts = page.evaluate("texts")
    assert any(len(text) == 1 for text in texts)
    assert any(len(text) == 2 for text in texts)


def test_digit_of_a_number_is_corrected_and_explained(open_page: OpenPage) -> None:
    """Each digit has an image, a correction of its own, and a link to what the network computes for it."""
    page = open_page("?read=number")
    details = page.get_by_test_id("digit-details")
    expect(details).to_be_hidden()
    write(page)
    expect(page.get_by_test_id("number-text")).to_have_text("717")
    digit_buttons(page).nth(1).click()
    expect(page.get_by_test_id("digit-title")).to_contain_text("1")
    details.get_by_role("button", name="That’s wrong").click()
    page.get_by_role("group", name="Correct label").get_by_role("button", name="4", exact=True).click()
    expect(page.get_by_test_id("digit-correction-status")).to_contain_text("4")
    saved = page.request.get("/feedback?limit=1").json()["feedback"][0]
    assert (saved["label"], saved["predicted"]) == ("4", "1")
    digit_buttons(page).nth(2).click()
    expect(page.get_by_test_id("digit-correction-status")).to_be_empty()
    assert find_violations(page) == []
    details.get_by_role("link", name="Look inside").click()
    expect(page).to_have_url(re.compile(r"/inside\?image="))
    expect(page.get_by_test_id("label")).to_have_text("7")
