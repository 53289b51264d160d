"""What every view owes: its name, its place in the navigation, its manners on screens of every size, in light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.api.page.views import VIEWS
from tests.browser.axe import complaints
from tests.browser.drawing_input import SEVEN, draw
from tests.browser.service import Service
from tests.browser.test_layout import CONTRAST

SHIFTS = """() => new Promise((resolve) => {
    const shifts = [];
    new PerformanceObserver((list) => shifts.push(...list.getEntries().map((entry) => [
        entry.value,
        entry.sources.map(({ node }) => node?.id || node?.className || node?.nodeName).join(" "),
    ]))).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(shifts), 500);
})"""
"""Every shift of the layout since the document came: how much (Layout Instability, W3C), and of what."""

LONG_LINES = """() => [...document.querySelectorAll("main p, main li, main dd, main figcaption")].filter((element) => {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (!own || !element.checkVisibility()) return false;
    const style = getComputedStyle(element);
    const ruler = document.createElement("span");
    ruler.textContent = "0".repeat(75);
    ruler.style.cssText = `position: absolute; white-space: nowrap; font: ${style.font}`;
    document.body.append(ruler);
    const longest = ruler.getBoundingClientRect().width;
    ruler.remove();
    const inner = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const lines = element.getBoundingClientRect().height / (parseFloat(style.lineHeight) || parseFloat(style.fontSize) * 1.2);
    return lines > 1.5 && inner > longest + 1;
}).map((element) => element.textContent.trim().slice(0, 60))"""
"""Texts of several lines whose lines hold more than 75 characters as wide as a figure."""


@pytest.fixture
def open_view(service: Service, new_context: Callable) -> Callable[..., Page]:
    """Open a view of a server that names no trainer, with options of the context."""

    def open_view(view: str, **options) -> Page:
        context, watch = new_context(service.address, **options)
        page = context.new_page()
        page.watch = watch
        page.goto("/" + view.removeprefix("draw"), wait_until="networkidle")
        return page

    return open_view


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_which_it_is(open_view: Callable[..., Page], view: str) -> None:
    """In its title, in one heading of the first order, and in the navigation."""
    page = open_view(view)
    assert page.title() == f"{VIEWS[view]} · Inkling"
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator(".views [aria-current=page]")).to_have_text(VIEWS[view])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(open_view: Callable[..., Page], view: str, scheme: str) -> None:
    """Neither on a desk nor on a phone; every text has a contrast of 4.5 to 1 or more."""
    page = open_view(view, color_scheme=scheme, reduced_motion="reduce")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert complaints(page) == []
        assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [320, 360, 768, 1280, 2560])
@pytest.mark.parametrize("view", VIEWS)
def test_no_view_scrolls_sideways(open_view: Callable[..., Page], view: str, width: int) -> None:
    """At any width; and its texts have lines of 75 characters at most."""
    page = open_view(view, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate(LONG_LINES) == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("view", VIEWS)
def test_no_view_shifts_while_it_comes(open_view: Callable[..., Page], view: str, width: int) -> None:
    """What is drawn first stays where it is."""
    shifts = open_view(view, viewport={"width": width, "height": 800}).evaluate(SHIFTS)
    assert sum(by for by, _ in shifts) < 0.005, shifts


@pytest.mark.parametrize("view", VIEWS)
def test_every_stop_of_the_keyboard_is_seen(open_view: Callable[..., Page], view: str) -> None:
    """Tab goes through the view and out of it again; wherever it stops, there is an outline."""
    page = open_view(view)
    stops = 0
    while True:
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """() => {
                const element = document.activeElement;
                const shown = ["radio", "checkbox"].includes(element.type) ? element.nextElementSibling ?? element : element;
                const wide = Math.max(...[element, shown].map((each) => parseFloat(getComputedStyle(each).outlineWidth)));
                return [element.id || element.textContent.trim().slice(0, 20), element === document.body ? null : wide];
            }"""
        )
        if outline is None:
            break
        assert outline >= 2, name
        stops += 1
        assert stops < 200, "the keyboard is caught"
    assert stops > 7


def test_the_drawing_goes_along_from_view_to_view(open_view: Callable[..., Page]) -> None:
    """From Draw to Inside, by way of Test and back again; and the link alone brings it back."""
    page = open_view("draw")
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    for name in ("Inside", "Test", "Draw"):
        page.get_by_role("navigation").get_by_role("link", name=name).click()
        expect(page).to_have_title(f"{name} · Inkling")
    expect(page.locator("#label")).to_have_text("7")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#label")).to_have_text("7")


def test_a_damaged_link_says_so(open_view: Callable[..., Page]) -> None:
    """Ink that is none is not drawn as something else."""
    page = open_view("draw")
    page.goto("/?ink=A*B")
    expect(page.locator("#notice")).to_have_text("The drawing in this link is damaged, so the sheet is empty.")
