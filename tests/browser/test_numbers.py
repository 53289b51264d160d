"""Several digits at once: the wide sheet, the boxes over it, each digit's own answer."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.axe import complaints
from tests.browser.drawing_input import ONE, SEVEN, Shape, draw, draw_with_finger, draw_with_stylus, wait_until

OpenPage = Callable[..., Page]

BOXES = """() => [...document.querySelectorAll(".boxes rect")].map((box) => {
    const { left, top, right, bottom } = box.getBoundingClientRect();
    return [left, top, right, bottom];
})"""

INK = """() => {
    const context = pad.getContext("2d"), { width, height } = pad;
    const { data } = context.getImageData(0, 0, width, height);
    const { left, top, width: across } = pad.getBoundingClientRect(), scale = across / width;
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
"""The boxes of what is inked on the canvas, apart by empty columns, in the window's pixels."""


def beside(shape: Shape, middle: float) -> Shape:
    """A sign's shape on the wide sheet, its middle at a share of the width."""
    return [((x - 0.5) / 1.6 + middle, y) for x, y in shape]


def write(page: Page, tool: Callable = draw) -> None:
    """The number 717."""
    for shape, middle in ((SEVEN, 0.2), (ONE, 0.5), (SEVEN, 0.8)):
        tool(page, beside(shape, middle))


@pytest.mark.parametrize("tool", [draw, draw_with_stylus, draw_with_finger])
def test_a_number_is_read_while_it_is_written(open_page: OpenPage, tool: Callable) -> None:
    """Mouse, stylus and finger write a number; it stands in large, each sign with its own answer and its bars."""
    page = open_page("?read=number", has_touch=True)
    write(page, tool)
    expect(page.locator("#text")).to_have_text("717")
    expect(page.locator("#reading-sentence")).to_have_text("3 signs, all known.")
    expect(page.locator(".sign b")).to_have_text(["7", "1", "7"])
    expect(page.locator(".sign .own")).to_have_text([re.compile(r"^\d+\.\d\u00a0%$")] * 3)
    page.locator(".sign").nth(1).click()
    expect(page.locator("#digit-title")).to_have_text("Sign 2 of 3: 1")
    expect(page.locator("#digit-bars .best .name")).to_have_text("1")
    expect(page.locator(".boxes g").nth(1)).to_have_class("marked")
    expect(page.locator("#live-region")).to_have_text("717.")
    expect(page.locator("#answer")).to_be_hidden()
    assert complaints(page) == []


@pytest.mark.parametrize("pen", ["", "&pen=40", "&pen=110"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_boxes_lie_on_the_digits(open_page: OpenPage, width: int, pen: str) -> None:
    """Each box is where the ink is on the screen, to three pixels, whatever the pen."""
    page = open_page(f"?read=number{pen}", viewport={"width": width, "height": 800})
    page.watch.expect("willReadFrequently")
    write(page)
    expect(page.locator("#text")).to_have_text("717")
    page.wait_for_timeout(300)
    boxes, ink = page.evaluate(BOXES), page.evaluate(INK)
    assert len(boxes) == len(ink) == 3
    for box, theirs in zip(boxes, ink, strict=True):
        assert box == pytest.approx(theirs, abs=3)


@pytest.mark.parametrize("size", [(600, 200), (200, 420)])
def test_the_boxes_lie_on_a_pictures_digits(open_page: OpenPage, size: tuple[int, int]) -> None:
    """Of a picture, whatever its shape, they lie where its digits are shown."""
    page = open_page("?read=number")
    page.watch.expect("willReadFrequently")
    picture = Image.new("RGBA", size)
    side = 160
    for left in range(20, size[0] - side, 190):
        line = [(left + side * x, 20 + side * y) for x, y in SEVEN]
        ImageDraw.Draw(picture).line(line, fill=(0, 0, 0, 255), width=16, joint="curve")
    file = io.BytesIO()
    picture.save(file, "PNG")
    page.locator("#file").set_input_files({"name": "sevens.png", "mimeType": "image/png", "buffer": file.getvalue()})
    expect(page.locator("#text")).to_have_text(re.compile("^7+$"))
    boxes, ink = page.evaluate(BOXES), page.evaluate(INK)
    assert len(boxes) == len(ink) > 0
    for box, theirs in zip(boxes, ink, strict=True):
        assert box == pytest.approx(theirs, abs=4)


def test_several_signs_are_offered_to_be_read_as_a_number(open_page: OpenPage) -> None:
    """Two sevens on the sheet for one: the page says so and offers the other way; the link, a reload and undo know it."""
    page = open_page()
    expect(page.locator("#offer")).to_be_hidden()
    for left in (-0.2, 0.25):
        draw(page, [(x * 0.7 + 0.12 + left, y) for x, y in SEVEN])
    expect(page.locator("#sentence")).to_have_text("These look like several signs.")
    page.locator("#several").press("Enter")
    expect(page.locator("#text")).to_have_text("77")
    expect(page.get_by_role("radio", name="a number")).to_be_focused()
    expect(page).to_have_url(re.compile(r"[?&]read=number\b"))
    expect(page).to_have_url(re.compile("ink="))
    page.reload()
    expect(page.locator("#text")).to_have_text("77")
    page.keyboard.press("Escape")
    expect(page.locator("#text")).to_be_empty()
    expect(page.locator(".boxes g")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("#text")).to_have_text("77")
    page.get_by_role("radio", name="one sign").check()
    expect(page.locator("#label")).not_to_be_empty()
    expect(page).not_to_have_url(re.compile("read="))
    expect(page.locator(".boxes g")).to_have_count(0)


def test_a_wide_number_fits_the_sheet_for_one_sign(open_page: OpenPage) -> None:
    """What was written beyond its edge is made smaller, all of the history with it, and undo takes back stroke by stroke."""
    page = open_page("?read=number")
    write(page)
    expect(page.locator("#text")).to_have_text("717")
    sent: list[list] = []
    page.on("request", lambda request: sent.append(request.post_data_json["strokes"]) if "/predict" in request.url else None)
    page.get_by_role("radio", name="one sign").check()
    expect(page.locator("#sentence")).to_have_text("These look like several signs.")
    assert max(x for stroke in sent[-1] for x, _ in stroke) <= 1000
    assert min(y for stroke in sent[-1] for _, y in stroke) > 250
    page.locator("#undo").click()
    page.locator("#undo").click()
    expect(page.locator("#label")).to_have_text("7")
    assert sent[-1] == sent[0][:1]


def test_a_sign_that_is_not_known_is_marked(open_page: OpenPage) -> None:
    """By a dashed box, a question mark, and in words."""
    page = open_page("?read=number")

    def doubt(route) -> None:
        answer = route.fetch().json()
        for line in answer["lines"]:
            line["digits"][0]["known"] = False
        route.fulfill(json=answer)

    page.route("**/read*", doubt)
    write(page)
    expect(page.locator("#reading-sentence")).to_have_text("3 signs, 1 not known: see the dashed boxes.")
    expect(page.locator(".boxes .unknown text")).to_have_text("7?")
    expect(page.locator(".sign.unknown")).to_have_count(1)
    expect(page.locator(".sign").first).to_have_accessible_name(re.compile(r"^7\?? ?, not known, \d"))


def test_what_holds_no_sign_yet_is_no_failure(open_page: OpenPage) -> None:
    """A first short line is nothing yet, the page says so calmly, and the console stays clean."""
    page = open_page("?read=number")
    draw(page, [(0.4, 0.5), (0.6, 0.5)])
    expect(page.locator("#reading-sentence")).to_have_text("Nothing on the sheet stands out as a sign yet.")
    expect(page.locator("#reading")).to_have_attribute("data-state", "problem")


def test_a_number_by_keyboard(open_page: OpenPage) -> None:
    """The keyboard's pen reaches all of the wide sheet, and Tab walks over the signs."""
    page = open_page("?read=number")
    page.locator("#drawing-canvas").focus()
    for key, times in (("ArrowUp", 7), ("ArrowRight", 22), ("Space", 1), ("ArrowDown", 14), ("Space", 1)):
        for _ in range(times):
            page.keyboard.press(key)
    expect(page.locator("#text")).to_have_text("1")
    left = page.locator(".boxes rect").evaluate("(box) => box.x.baseVal.value")
    assert left > 1300
    page.get_by_role("radio", name="a number").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".sign")).to_be_focused()
    expect(page.locator(".sign")).to_have_attribute("aria-pressed", "true")


def test_lines_stand_below_each_other(open_page: OpenPage) -> None:
    """Two lines are read as two."""
    page = open_page("?read=number")
    for row in (0.02, 0.52):
        for middle in (0.3, 0.5):
            draw(page, [((x - 0.5) / 3.4 + middle, y * 0.5 + row) for x, y in SEVEN])
    expect(page.locator("#text")).to_have_text("77\n77", use_inner_text=True)
    expect(page.locator(".line-of")).to_have_count(2)


def test_a_number_waits_for_the_server(open_page: OpenPage) -> None:
    """While the server is gone the page says so, keeps what was written, and reads it as soon as it can."""
    page = open_page("?read=number")
    page.watch.expect("ERR_FAILED")
    gone = [True]
    page.route("**/read*", lambda route: route.abort() if gone[0] else route.continue_())
    page.route("**/models", lambda route: route.abort() if gone[0] else route.continue_())
    write(page)
    expect(page.locator("#reading-sentence")).to_have_text(
        "The server does not answer. Your drawing is kept; this page tries again."
    )
    gone[0] = False
    expect(page.locator("#text")).to_have_text("717")


def test_a_number_is_replayed(open_page: OpenPage) -> None:
    """Its text grows once more."""
    page = open_page("?read=number")
    write(page)
    expect(page.locator("#text")).to_have_text("717")
    page.evaluate("""() => {
        window.texts = [];
        new MutationObserver(() => texts.push(text.textContent)).observe(text, { childList: true });
    }""")
    page.locator("#replay").click()
    expect(page.locator("#replay")).to_have_text("Stop")
    expect(page.locator("#replay")).to_have_text("Replay")
    wait_until(page, lambda: page.evaluate("texts.at(-1)") == "717")
    texts = page.evaluate("texts")
    assert any(len(text) == 1 for text in texts)
    assert any(len(text) == 2 for text in texts)
