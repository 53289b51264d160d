"""The link of a view: it follows what is drawn at once, and stays true whichever way one goes back."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.drawing_input import ONE, SEVEN, draw, strokes, wait_until

OpenPage = Callable[..., Page]


def test_a_reload_right_after_a_stroke_keeps_it(open_page: OpenPage) -> None:
    """The link is written with the pen's last move, not some time later."""
    page = open_page()
    draw(page, SEVEN)
    assert "ink=" in page.evaluate("location.search")
    page.reload()
    expect(page.locator("#label")).to_have_text("7")


def test_strokes_in_quick_succession_are_all_in_the_link(open_page: OpenPage) -> None:
    """What comes too soon after another change follows a moment later."""
    page = open_page()
    for shape in (SEVEN, ONE):
        draw(page, shape)
    wait_until(page, lambda: strokes(page) == 2)


def test_a_way_back_within_the_page_leaves_the_link_true(open_page: OpenPage) -> None:
    """Back from a place on the page, the link holds what has been drawn since."""
    page = open_page()
    page.evaluate("location.hash = 'view'")
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    page.go_back()
    wait_until(page, lambda: page.evaluate("!location.hash") and strokes(page) == 1)
    page.reload()
    expect(page.locator("#label")).to_have_text("7")
