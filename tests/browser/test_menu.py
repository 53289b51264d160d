"""The menu: theme, keyboard shortcuts, and the link of the current state."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.api.page.views import VIEWS
from tests.browser.axe import find_violations
from tests.browser.drawing_input import SEVEN, count_strokes, draw, wait_until
from tests.browser.locators import upload
from tests.browser.page_checks import find_low_contrast, has_no_sideways_scroll
from tests.browser.test_pictures import make_seven, stored_pictures

OpenPage = Callable[..., Page]
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
THEMES = {"light": "rgb(246, 244, 239)", "dark": "rgb(19, 19, 24)", "projector": "rgb(255, 255, 255)"}


def open_menu(page: Page) -> None:
    """Open the menu in the header."""
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(page.get_by_test_id("menu")).to_be_visible()


def choose_theme(page: Page, theme: str) -> None:
    """Choose a theme in the open menu."""
    page.get_by_role("radio", name=theme, exact=True).check()
    expect(page.locator("html")).to_have_attribute("data-theme", theme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme_is_kept(open_page: OpenPage, scheme: str) -> None:
    """It applies to all views and open tabs, whatever the system's theme, and "auto" follows the system again."""
    page = open_page(color_scheme=scheme)
    other = page.context.new_page()
    other.goto("/train")
    open_menu(page)
    expect(page.get_by_role("radio", name="auto")).to_be_checked()
    for theme, background in THEMES.items():
        choose_theme(page, theme)
        assert page.evaluate(BACKGROUND) == background
        wait_until(other, lambda background=background: other.evaluate(BACKGROUND) == background)
    page.goto("/test")
    assert page.evaluate(BACKGROUND) == THEMES["projector"]
    open_menu(page)
    expect(page.get_by_role("radio", name="projector")).to_be_checked()
    choose_theme(page, "auto")
    assert page.evaluate(BACKGROUND) == THEMES[scheme]


def test_theme_is_applied_before_modules_run(open_page: OpenPage) -> None:
    """The first paint has the chosen theme, even if no module is loaded."""
    page = open_page()
    page.monitor.allow_message("ERR_FAILED")
    open_menu(page)
    choose_theme(page, "dark")
    page.route("**/view.js", lambda route: route.abort())
    page.reload()
    assert page.evaluate(BACKGROUND) == THEMES["dark"]
    assert page.locator("meta[name=theme-color][media=all]").get_attribute("content") == "#131318"


def test_ink_follows_the_theme(open_page: OpenPage) -> None:
    """The drawing on the canvas is repainted in the ink of the theme."""
    page = open_page(color_scheme="light")
    page.monitor.allow_message("willReadFrequently")  # the test reads the canvas; the page never does
    draw(page, SEVEN)
    brightness = """(canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data[data.findIndex((value, i) => i % 4 === 3 && value === 255) - 1];
    }"""
    canvas = page.get_by_test_id("drawing-canvas")
    wait_until(page, lambda: canvas.evaluate(brightness) == 0x50)
    open_menu(page)
    for theme, blue in {"dark": 0xE6, "projector": 0x00, "light": 0x50}.items():
        choose_theme(page, theme)
        wait_until(page, lambda blue=blue: canvas.evaluate(brightness) == blue)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["dark", "projector"])
@pytest.mark.parametrize("view", VIEWS)
def test_views_are_accessible_in_every_theme(open_page: OpenPage, view: str, theme: str) -> None:
    """With the menu open and closed: axe finds nothing, the text is readable, and nothing is wider than the screen."""
    page = open_page(color_scheme="light", reduced_motion="reduce")
    open_menu(page)
    choose_theme(page, theme)
    page.goto("/" + view.removeprefix("draw"), wait_until="networkidle")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert has_no_sideways_scroll(page), width
        assert find_low_contrast(page) == []
        open_menu(page)
        assert find_violations(page) == []
        assert find_low_contrast(page) == []
        assert has_no_sideways_scroll(page), width
        page.keyboard.press("Escape")


def test_escape_closes_the_menu_only(open_page: OpenPage) -> None:
    """The drawing stays."""
    page = open_page()
    draw(page, SEVEN)
    open_menu(page)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("menu")).to_be_hidden()
    assert count_strokes(page) == 1


@pytest.mark.parametrize(
    ("view", "text"),
    [
        ("draw", "pen down or up"),
        ("inside", "on feature maps"),
        ("test", "confusion matrix"),
        ("train", "on a chart"),
        ("teach", "pen down or up"),
    ],
)
def test_question_mark_shows_the_shortcuts(open_page: OpenPage, view: str, text: str) -> None:
    """A dialog lists the shortcuts of the view; Escape closes it."""
    page = open_page()
    page.goto("/" + view.removeprefix("draw"))
    expect(page.locator(".views a").first).to_be_visible()
    help_dialog = page.get_by_role("dialog", name="Keyboard shortcuts")

    def is_open() -> bool:
        page.keyboard.press("?")  # until the page listens
        return help_dialog.is_visible()

    wait_until(page, is_open)
    expect(help_dialog).to_contain_text(text)
    page.keyboard.press("Escape")
    expect(help_dialog).to_be_hidden()
    open_menu(page)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(help_dialog).to_be_visible()
    expect(page.get_by_test_id("menu")).to_be_hidden()
    help_dialog.get_by_role("button", name="Close").click()
    expect(help_dialog).to_be_hidden()


def test_question_mark_can_be_typed(open_page: OpenPage) -> None:
    """In a text field it is a character."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    page.get_by_role("button", name="That’s wrong").click()
    page.get_by_label("Something else").press("?")
    expect(page.get_by_label("Something else")).to_have_value("?")
    expect(page.get_by_test_id("keyboard-help")).to_be_hidden()


def test_copied_link_restores_the_drawing(open_page: OpenPage) -> None:
    """At once after a stroke, in another tab."""
    page = open_page(**CLIPBOARD)
    draw(page, SEVEN)
    open_menu(page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_test_id("link-status")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    other = page.context.new_page()
    other.goto(link)
    expect(other.get_by_test_id("label")).to_have_text("7")


def test_copied_link_says_what_is_missing(open_page: OpenPage) -> None:
    """A picture, also after a reload, and a drawing with very many strokes, can't be part of a link."""
    page = open_page(**CLIPBOARD)
    status = page.get_by_test_id("link-status")

    def copy() -> None:
        open_menu(page)
        page.get_by_role("button", name="Copy link").click()

    upload(page, make_seven())
    expect(page.get_by_test_id("label")).to_have_text("7")
    copy()
    expect(status).to_contain_text("doesn’t include your picture")
    wait_until(page, lambda: stored_pictures(page) == 1)
    page.reload()
    expect(page.get_by_test_id("label")).to_have_text("7")
    copy()
    expect(status).to_contain_text("doesn’t include your picture")
    page.keyboard.press("Escape")
    draw(page, SEVEN)
    copy()
    expect(status).to_have_text("Link copied.")
    page.keyboard.press("Escape")
    page.goto("/?ink=EsEE" + "gfef" * 2000)  # back and forth by one unit
    wait_until(page, lambda: "ink=" not in page.url)
    copy()
    expect(status).to_contain_text("too many strokes")


def test_link_without_a_clipboard(open_page: OpenPage) -> None:
    """Where the browser has none, as without HTTPS, the link is in a field."""
    page = open_page()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    draw(page, SEVEN)
    open_menu(page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_test_id("link-field")).to_have_value(page.url)
    expect(page.get_by_test_id("link-field")).to_be_focused()


@pytest.mark.parametrize("view", ["", "inside"])
def test_rejected_picture_is_not_restored(open_page: OpenPage, view: str) -> None:
    """After a reload the canvas is empty, in both views."""
    page = open_page()
    page.monitor.allow_message("status of 4")
    page.goto(f"/{view}", wait_until="networkidle")
    upload(page, b"no picture", "broken.png")
    problem = page.locator("#prediction[data-code], #status[data-code]").first
    expect(problem).not_to_have_attribute("data-code", "")
    wait_until(page, lambda: page.evaluate("sessionStorage.picture === undefined"))
    page.reload(wait_until="networkidle")
    expect(page.get_by_test_id("drawing-hint")).to_be_visible()
    expect(problem).to_have_attribute("data-code", "")
