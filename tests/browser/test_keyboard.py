"""The Draw view with the keyboard only."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.locators import crop_outlines, crop_tiles

OpenPage = Callable[..., Page]

FOCUSED = """() => {
    const { type, name, dataset, textContent, tagName } = document.activeElement;
    return type === "radio" ? name : dataset.testid ?? (textContent.trim().slice(0, 12).trim() || tagName);
}"""
"""The focused element: the name of a radio group, a test ID or the begin of its text."""

HEADER = ["Skip to cont", "Inkling", "Draw", "Inside", "Test", "Train", "Teach"]
CONTROLS = [
    *("model", "Take the tou", "Menu", "drawing-canvas", "Undo", "Redo", "Clear", "replay", "Picture", "example", "pen"),
    *("read", "confidence-summary", "That’s wrong", "Look inside", "crops", "Crop at top", "Step by step"),
]
"""The tab stops of the Draw view; a radio group is one stop."""


def press(page: Page, key: str, times: int) -> None:
    """Press a key several times."""
    for _ in range(times):
        page.keyboard.press(key)


def test_digit_is_drawn_with_arrow_keys(open_page: OpenPage) -> None:
    """Arrow keys and the space bar draw a seven that is read; Escape lifts the pen, then clears."""
    page = open_page()
    live_region = page.locator("[aria-live=polite][role=status]")
    while page.evaluate(FOCUSED) != "drawing-canvas":
        page.keyboard.press("Tab")
    expect(page.get_by_text("Arrow keys move the pen")).to_be_visible()
    press(page, "ArrowUp", 6)
    press(page, "ArrowLeft", 5)
    page.keyboard.press("Space")
    expect(live_region).to_have_text("Pen down")
    press(page, "ArrowRight", 10)
    for _ in range(5):
        press(page, "ArrowDown", 1)
        page.keyboard.down("ArrowDown")
        page.keyboard.press("ArrowLeft")  # both keys held: a diagonal
        page.keyboard.up("ArrowDown")
    press(page, "ArrowDown", 2)
    page.keyboard.press("Escape")
    expect(live_region).to_have_text(re.compile("^7, "))
    expect(page.get_by_test_id("label")).to_have_text("7")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("label")).to_be_empty()


def test_every_control_is_reachable_and_shows_focus(open_page: OpenPage) -> None:
    """Tab visits each control once, in the order of the page, each with a visible outline."""
    page = open_page()
    expect(page.get_by_test_id("example")).not_to_have_count(0)
    visited = []
    for _ in range(len(HEADER) + len(CONTROLS)):
        page.keyboard.press("Tab")
        visited.append(page.evaluate(FOCUSED))
        outline = page.evaluate(
            """() => {
                const element = document.activeElement;
                const styled = element.type === "radio" ? element.nextElementSibling : element;
                return parseFloat(getComputedStyle(styled).outlineWidth);
            }"""
        )
        assert outline >= 2, visited
    assert visited == [*HEADER, *CONTROLS]


def test_arrow_keys_move_between_crops(open_page: OpenPage) -> None:
    """The crops are one tab stop; arrow keys move between them as they are arranged."""
    page = open_page()
    crops = crop_tiles(page)
    crops.first.focus()
    page.keyboard.press("ArrowDown")
    expect(crops.nth(2)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(crops.nth(3)).to_be_focused()
    expect(crop_outlines(page).nth(3)).to_have_class("highlighted")
    page.keyboard.press("Enter")
    expect(crops.nth(3)).to_have_attribute("aria-pressed", "true")
