"""What all views have in common: title, navigation, accessibility, and layout on screens of every size, in light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.api.page.views import VIEWS
from tests.browser.axe import find_violations
from tests.browser.drawing_input import SEVEN, draw
from tests.browser.page_checks import (
    find_layout_shifts,
    find_long_lines,
    find_low_contrast,
    has_no_sideways_scroll,
    record_layout_shifts,
)
from tests.browser.service import Service


@pytest.fixture
def open_view(service: Service, new_context: Callable) -> Callable[..., Page]:
    """Open a view of a server without a trainer, with context options."""

    def open_view(view: str, **options) -> Page:
        context, monitor = new_context(service.address, **options)
        page = context.new_page()
        page.monitor = monitor
        page.goto("/" + view.removeprefix("draw"), wait_until="networkidle")
        return page

    return open_view


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_view_is_accessible_on_every_screen(open_view: Callable[..., Page], view: str, scheme: str) -> None:
    """Nothing moves while it loads; title, heading and navigation name it; axe finds nothing; text is readable and fits."""
    page = open_view(view, color_scheme=scheme, reduced_motion="reduce")
    record_layout_shifts(page)
    assert find_layout_shifts(page) == []
    assert page.title() == f"{VIEWS[view]} · Inkling"
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("navigation", name="Views").locator("[aria-current=page]")).to_have_text(VIEWS[view])
    for width in (2560, 1280, 768, 360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert has_no_sideways_scroll(page), width
        assert find_long_lines(page) == [], width
        if width in (1280, 360):
            assert find_violations(page) == []
            assert find_low_contrast(page) == []


@pytest.mark.parametrize("view", VIEWS)
def test_view_does_not_shift_on_a_phone(open_view: Callable[..., Page], view: str) -> None:
    """Nothing moves while it loads."""
    page = open_view(view, viewport={"width": 360, "height": 800})
    record_layout_shifts(page)
    assert find_layout_shifts(page) == []


@pytest.mark.parametrize("view", VIEWS)
def test_every_tab_stop_is_visible(open_view: Callable[..., Page], view: str) -> None:
    """Tab passes through the view and out of it; each stop has an outline."""
    page = open_view(view)
    stops = 0
    while True:
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """() => {
                const element = document.activeElement;
                const isInput = ["radio", "checkbox"].includes(element.type);
                const elements = [element, (isInput && element.nextElementSibling) || element];
                const widths = elements.map((each) => parseFloat(getComputedStyle(each).outlineWidth));
                const name = element.id || element.textContent.trim().slice(0, 20);
                return [name, element === document.body ? null : Math.max(...widths)];
            }"""
        )
        if outline is None:
            break
        assert outline >= 2, name
        stops += 1
        assert stops < 200, "the focus cannot leave the view"
    assert stops > 7


def test_drawing_is_carried_between_views(open_view: Callable[..., Page]) -> None:
    """From Draw to Inside, Test and back; the link alone restores it in another tab."""
    page = open_view("draw")
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    for name in ("Inside", "Test", "Draw"):
        page.get_by_role("navigation", name="Views").get_by_role("link", name=name).click()
        expect(page).to_have_title(f"{name} · Inkling")
    expect(page.get_by_test_id("label")).to_have_text("7")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_test_id("label")).to_have_text("7")
