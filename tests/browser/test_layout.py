"""The layout of the Draw view on screens of every size, in light and dark, and while it loads."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import SEVEN, draw, wait_until, wait_until_idle
from tests.browser.locators import crop_tiles, read_mode, tool
from tests.browser.page_checks import find_layout_shifts, find_low_contrast, has_no_sideways_scroll, record_layout_shifts
from tests.browser.service import Service

pytestmark = pytest.mark.slow

OpenPage = Callable[..., Page]

SCREENS = [(2560, 1440), (1280, 800), (768, 1024), (360, 740), (320, 568)]

LEAVING = """(controls) => controls.map((control) => [control.textContent.trim(), control.getBoundingClientRect()])
    .filter(([, { left, right, width }]) => width && (left < 0 || right > innerWidth))
    .map(([text]) => text)"""
"""The visible controls that leave the screen on the left or right."""

SMALL = """(controls) => controls.map((control) => [control.textContent.trim(), control.getBoundingClientRect()])
    .filter(([, { width, height }]) => width && Math.min(width, height) < 24)
    .map(([text]) => text)"""
"""The visible controls that are smaller than WCAG 2.2 asks for."""


def check_layout(page: Page, ratio: float) -> None:
    """Nothing scrolls sideways or is cut off, and the whole canvas fits on the screen, in the given aspect ratio."""
    controls = page.locator("button, select, .choice label")
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert has_no_sideways_scroll(page), width
        assert controls.evaluate_all(LEAVING) == [], width
        canvas = page.get_by_test_id("drawing-canvas").bounding_box()
        assert canvas["width"] / canvas["height"] == pytest.approx(ratio, abs=0.01), width
        assert canvas["height"] <= height


@pytest.mark.parametrize("crops", ["1", "4", "all"])
def test_prediction_fits_every_screen(open_page: OpenPage, crops: str) -> None:
    """No screen scrolls sideways, no control is cut off, and the canvas is square and completely visible."""
    page = open_page(f"?crops={crops}")
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    check_layout(page, 1)


def test_number_and_steps_fit_every_touch_screen(open_page: OpenPage) -> None:
    """The wide canvas, its digits and the normalization steps fit as well, with the button for the camera."""
    page = open_page("?read=number", has_touch=True)
    for left in (-0.25, 0, 0.25):
        draw(page, [(x * 0.6 + 0.2 + left, y) for x, y in SEVEN])
    expect(page.get_by_test_id("number-text")).to_have_text("777")
    check_layout(page, 1.5)
    assert page.locator("button, .choice label").evaluate_all(SMALL) == []
    expect(tool(page, "Photo")).to_be_visible()
    page.goto("/?steps=1")
    draw(page, SEVEN)
    expect(page.get_by_test_id("step-crops").locator("span")).not_to_be_empty()
    check_layout(page, 1)
    assert page.locator("button, .choice label").evaluate_all(SMALL) == []
    expect(tool(page, "Photo")).to_be_visible()


def test_everything_is_visible_on_a_desktop(open_page: OpenPage) -> None:
    """On a desktop screen the canvas, the prediction and all crops are visible without scrolling."""
    page = open_page()
    draw(page, SEVEN)
    crops = page.get_by_role("group", name="Crops and their predictions")
    for width in (1280, 2560):
        page.set_viewport_size({"width": width, "height": width * 10 // 16})
        for part in (page.get_by_test_id("drawing-canvas"), page.get_by_test_id("probabilities"), crops):
            expect(part).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(open_page: OpenPage, scheme: str) -> None:
    """All text has a contrast of at least 4.5 to 1, empty and with a prediction."""
    page = open_page(color_scheme=scheme, reduced_motion="reduce")  # no transitions between two colors
    assert find_low_contrast(page) == []
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    crop_tiles(page).first.hover()
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.get_by_test_id("step-crops").locator("span")).not_to_be_empty()
    assert find_low_contrast(page) == []
    read_mode(page, "a whole number").check()
    expect(page.get_by_test_id("number-text")).to_have_text("7")
    assert find_low_contrast(page) == []


def test_theme_follows_the_system(open_page: OpenPage) -> None:
    """The page and the ink on its canvas change with the system's color scheme while the page is open."""
    page = open_page(color_scheme="light")
    page.monitor.allow_message("willReadFrequently")  # the test reads the canvas; the page never does
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    ink = """(canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const alpha = data.findIndex((value, i) => i % 4 === 3 && value === 255);
        return data[alpha - 1];
    }"""
    canvas = page.get_by_test_id("drawing-canvas")
    assert canvas.evaluate(ink) < 128
    page.emulate_media(color_scheme="dark")
    wait_until(page, lambda: canvas.evaluate(ink) > 128)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 19, 24)"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("query", ["", "?steps=1", "?read=number"])
def test_layout_does_not_shift(open_page: OpenPage, width: int, query: str) -> None:
    """Neither loading nor a prediction moves anything."""
    page = open_page(query, viewport={"width": width, "height": 800})
    record_layout_shifts(page)
    draw(page, SEVEN)
    expect(page.get_by_test_id("number-text" if "read" in query else "label")).to_have_text("7")
    tool(page, "Clear").click()
    wait_until_idle(page)
    assert find_layout_shifts(page) == []


def test_reduced_motion_is_respected(open_page: OpenPage) -> None:
    """Without motion for users who prefer that."""
    page = open_page(reduced_motion="reduce")
    duration = "(element) => getComputedStyle(element).transitionDuration"
    assert page.locator(".fill").first.evaluate(duration) == "0s"
    assert tool(page, "Undo").evaluate(duration) == "0s, 0s"


def test_canvas_has_the_resolution_of_the_screen(open_page: OpenPage) -> None:
    """On a dense screen the canvas has one pixel per screen pixel."""
    page = open_page(device_scale_factor=3, viewport={"width": 360, "height": 740})
    canvas = page.get_by_test_id("drawing-canvas")
    assert canvas.evaluate("(canvas) => canvas.width") == pytest.approx(3 * canvas.bounding_box()["width"], abs=2)


def test_page_without_javascript_says_so(service: Service, new_context: Callable) -> None:
    """Without JavaScript, a sentence says that the page needs it."""
    context, _ = new_context(service.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_test_id("noscript")).to_be_visible()
