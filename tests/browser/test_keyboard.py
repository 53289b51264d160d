"""The page without a pointer."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

OpenPage = Callable[..., Page]

FOCUSED = "document.activeElement.id || document.activeElement.name || document.activeElement.tagName.toLowerCase()"


CONTROLS = [
    *("model", "drawing-canvas", "undo", "redo", "clear", "replay", "choose", "pen", "read"),
    *("known-line", "wrong", "a", "crops", "button", "summary", "summary"),
]
"""The first or the checked of radio buttons stands for them all."""


def press(page: Page, key: str, times: int) -> None:
    """Press a key several times."""
    for _ in range(times):
        page.keyboard.press(key)


def test_a_seven_by_keyboard(open_page: OpenPage) -> None:
    """Arrow keys and the space bar draw a seven that is read; Escape lifts the pen, then clears."""
    page = open_page()
    while page.evaluate(FOCUSED) != "drawing-canvas":
        page.keyboard.press("Tab")
    expect(page.locator("#drawing-help")).to_be_visible()
    press(page, "ArrowUp", 6)
    press(page, "ArrowLeft", 5)
    page.keyboard.press("Space")
    expect(page.locator("#live-region")).to_have_text("Pen down")
    press(page, "ArrowRight", 10)
    for _ in range(5):
        press(page, "ArrowDown", 1)
        page.keyboard.down("ArrowDown")
        page.keyboard.press("ArrowLeft")  # both are held: a slant
        page.keyboard.up("ArrowDown")
    press(page, "ArrowDown", 2)
    page.keyboard.press("Escape")
    expect(page.locator("#live-region")).to_have_text(re.compile("^7, "))
    expect(page.locator("#label")).to_have_text("7")
    page.keyboard.press("Escape")
    expect(page.locator("#label")).to_be_empty()


def test_every_control_is_reached_and_shows_its_focus(open_page: OpenPage) -> None:
    """Tab visits each control once, in the order of the page, each with a visible outline."""
    page = open_page()
    visited = []
    header = ["a"] * 7  # to the view, Inkling, and the five views
    for _ in range(len(header) + len(CONTROLS)):
        page.keyboard.press("Tab")
        visited.append(page.evaluate(FOCUSED))
        outline = page.evaluate(
            """() => {
                const element = document.activeElement;
                const shown = element.type === "radio" ? element.nextElementSibling : element;
                return parseFloat(getComputedStyle(shown).outlineWidth);
            }"""
        )
        assert outline >= 2, visited
    assert visited == [*header, *CONTROLS]


def test_arrow_keys_walk_over_the_crops(open_page: OpenPage) -> None:
    """The crops are one stop for Tab; arrow keys go from one to the next as they lie."""
    page = open_page()
    crops = page.locator(".crop")
    crops.first.focus()
    page.keyboard.press("ArrowDown")
    expect(crops.nth(2)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(crops.nth(3)).to_be_focused()
    expect(page.locator("#image-windows rect").nth(3)).to_have_class("marked")
    page.keyboard.press("Enter")
    expect(crops.nth(3)).to_have_attribute("aria-pressed", "true")
