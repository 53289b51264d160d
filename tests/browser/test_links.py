"""The link of the Draw view follows the drawing at once."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.drawing_input import ONE, SEVEN, count_strokes, draw, wait_until

OpenPage = Callable[..., Page]


def test_reload_right_after_a_stroke_keeps_it(open_page: OpenPage) -> None:
    """The link is updated when the pen is lifted, not later."""
    page = open_page()
    draw(page, SEVEN)
    assert "ink=" in page.evaluate("location.search")
    page.reload()
    expect(page.get_by_test_id("label")).to_have_text("7")


def test_link_holds_strokes_in_quick_succession(open_page: OpenPage) -> None:
    """A change shortly after another one is saved a moment later."""
    page = open_page()
    for shape in (SEVEN, ONE):
        draw(page, shape)
    wait_until(page, lambda: count_strokes(page) == 2)


def test_going_back_within_the_page_keeps_the_link(open_page: OpenPage) -> None:
    """After going back from a fragment, the link holds what has been drawn since."""
    page = open_page()
    page.evaluate("location.hash = 'view'")
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    page.go_back()
    wait_until(page, lambda: page.evaluate("!location.hash") and count_strokes(page) == 1)
    page.reload()
    expect(page.get_by_test_id("label")).to_have_text("7")
