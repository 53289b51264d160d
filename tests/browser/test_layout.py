"""How the page lies on screens of every size, in light and dark, and how calmly it comes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import SEVEN, draw
from tests.browser.service import Service

OpenPage = Callable[..., Page]

CONTRAST = """() => {
    const channels = (colour) => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d");
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (colour) => {
        const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        const [r, g, b] = channels(colour).map((v) => linear(v / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
        for (; element; element = element.parentElement) {
            const colour = getComputedStyle(element).backgroundColor;
            if (colour !== "rgba(0, 0, 0, 0)") return colour;
        }
        return "white";
    };
    const low = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.textContent.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
        const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) low.push(`${element.tagName}: ${texts.currentNode.textContent}`);
    }
    return low;
}"""
"""The texts whose contrast with what lies under them is below WCAG 2.2's 4.5 to 1."""


@pytest.mark.parametrize(("width", "height"), [(320, 568), (360, 740), (768, 1024), (1280, 800), (2560, 1440)])
@pytest.mark.parametrize("crops", ["1", "4", "all"])
def test_nothing_sticks_out(open_page: OpenPage, width: int, height: int, crops: str) -> None:
    """No screen scrolls sideways, no control is cut off, and the sheet is square and seen whole."""
    page = open_page(f"?crops={crops}", viewport={"width": width, "height": height})
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for control in page.locator("button:visible, select:visible, .choice label").all():
        box = control.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    sheet = page.locator("#drawing-canvas").bounding_box()
    assert sheet["width"] == pytest.approx(sheet["height"], abs=1)
    assert sheet["height"] <= height


@pytest.mark.parametrize(("width", "height"), [(320, 568), (360, 740), (768, 1024), (1280, 800), (2560, 1440)])
def test_nothing_sticks_out_of_a_number_or_the_steps(open_page: OpenPage, width: int, height: int) -> None:
    """The sheet for a number, its signs and the steps to the image fit as well, by touch, where a camera is at hand."""
    page = open_page("?read=number", viewport={"width": width, "height": height}, has_touch=True)
    for left in (-0.25, 0, 0.25):
        draw(page, [(x * 0.6 + 0.2 + left, y) for x, y in SEVEN])
    expect(page.locator("#text")).to_have_text("777")
    for query in ("?read=number", "?steps=1"):
        if query not in page.url:
            page.goto(f"/{query}")
            draw(page, SEVEN)
            expect(page.locator("[data-step=crops] span")).not_to_be_empty()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        expect(page.locator("#photograph")).to_be_visible()
        for control in page.locator("button:visible, .choice label:visible").all():
            box = control.bounding_box()
            assert min(box["width"], box["height"]) >= 24
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        sheet = page.locator("#drawing-canvas").bounding_box()
        assert sheet["width"] / sheet["height"] == pytest.approx(1.5 if "number" in query else 1, abs=0.01)
        assert sheet["height"] <= height


@pytest.mark.parametrize("width", [1280, 2560])
def test_everything_is_seen_at_once_on_a_desk(open_page: OpenPage, width: int) -> None:
    """On a desk's screen the sheet, the answer and all crops stand in one view."""
    page = open_page(viewport={"width": width, "height": width * 10 // 16})
    draw(page, SEVEN)
    for part in ("#drawing-canvas", "#bars", "#crops"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable(open_page: OpenPage, scheme: str) -> None:
    """Every text has a contrast of 4.5 to 1 or more, empty and answered, in light and dark."""
    page = open_page(color_scheme=scheme, reduced_motion="reduce")  # no colour halfway between two
    assert page.evaluate(CONTRAST) == []
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    page.locator(".crop").first.hover()
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.locator("[data-step=crops] span")).not_to_be_empty()
    assert page.evaluate(CONTRAST) == []
    page.get_by_role("radio", name="a number").check()
    expect(page.locator("#text")).to_have_text("7")
    assert page.evaluate(CONTRAST) == []


def test_dark_follows_the_system(open_page: OpenPage) -> None:
    """The page and the ink on its canvases turn with the system's scheme, while it is open."""
    page = open_page(color_scheme="light")
    page.watch.expect("willReadFrequently")  # the test reads the canvas; the page never does
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    ink = """() => {
        const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
        const at = data.findIndex((value, i) => i % 4 === 3 && value === 255);
        return data[at - 1];
    }"""
    assert page.evaluate(ink) < 128
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    assert page.evaluate(ink) > 128
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 19, 24)"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("query", ["", "?steps=1", "?read=number"])
def test_nothing_shifts(open_page: OpenPage, width: int, query: str) -> None:
    """Neither loading nor an answer moves what is on the page."""
    page = open_page(query, viewport={"width": width, "height": 800})
    page.evaluate(
        """() => {
            window.shifts = [];
            new PerformanceObserver((list) => shifts.push(...list.getEntries().map((entry) => ({
                by: entry.value,
                what: entry.sources.map(({ node }) => node?.id || node?.className || node?.nodeName).join(" "),
            })))).observe({ type: "layout-shift", buffered: true });
        }"""
    )
    draw(page, SEVEN)
    expect(page.locator("#text" if "read" in query else "#label")).to_have_text("7")
    page.locator("#clear").click()
    page.wait_for_timeout(300)
    shifts = page.evaluate("shifts")
    assert sum(shift["by"] for shift in shifts) < 0.005, shifts


def test_reduced_motion_is_respected(open_page: OpenPage) -> None:
    """Nothing moves by itself for those who asked for that."""
    page = open_page(reduced_motion="reduce")
    assert page.locator("#bars .fill").first.evaluate("(fill) => getComputedStyle(fill).transitionDuration") == "0s"
    assert page.locator("#undo").evaluate("(button) => getComputedStyle(button).transitionDuration") == "0s, 0s"


def test_the_canvas_is_sharp(open_page: OpenPage) -> None:
    """On a dense screen the canvas has a pixel for each of the screen's."""
    page = open_page(device_scale_factor=3, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.getElementById('drawing-canvas').width") == pytest.approx(
        3 * page.locator("#drawing-canvas").bounding_box()["width"], abs=2
    )


def test_without_script_the_page_says_so(service: Service, new_context: Callable) -> None:
    """Where JavaScript is off, a sentence says what the page needs."""
    context, _ = new_context(service.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    expect(page.locator(".noscript")).to_contain_text("with JavaScript")
