"""A teacher on the page: signs that differ from drawing to drawing, a lesson to teach them in, and what is said of it."""

import math
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.drawing_input import Shape, draw

Sign = list[Shape]
Tool = Callable[[Page, Shape], None]


def cross(turn: float = 0.0, size: float = 0.3, wide: float = 1.0) -> Sign:
    """An X in two strokes, turned by some radians."""
    angles = [math.pi / 4 + turn + quarter * math.pi / 2 for quarter in range(4)]
    ends = [(0.5 + wide * size * math.cos(angle), 0.5 + size * math.sin(angle)) for angle in angles]
    return [[ends[0], ends[2]], [ends[1], ends[3]]]


def ring(flat: float = 0.0, begin: float = 0.0, size: float = 0.3) -> Sign:
    """An O in one stroke, flattened by some share, begun at some angle."""
    angles = [begin + step * math.pi / 12 for step in range(25)]
    return [[(0.5 + size * math.cos(angle), 0.5 + (1 - flat) * size * math.sin(angle)) for angle in angles]]


TAUGHT = {
    "X": [cross(turn / 20, 0.24 + 0.02 * (turn % 3), 1 - 0.06 * abs(turn)) for turn in range(-3, 3)],
    "O": [ring(flat / 15 - 0.1, flat, 0.22 + 0.02 * (flat % 4)) for flat in range(6)],
}
"""Six of each, all different."""

NEW = {
    "X": [cross(0.07, 0.33), cross(-0.12, 0.28, 0.9), cross(0.12, 0.25)],
    "O": [ring(0.05, 1, 0.33), ring(0.15, 2, 0.27), ring(-0.05, 4, 0.24)],
}
"""None of them among the taught."""


def begin(page: Page, network: str = "perceptron") -> str:
    """Begin a lesson with the characters of the form; its ID."""
    page.locator("#network").select_option(network)
    page.locator("#start").click()
    expect(page).to_have_url(re.compile(r"lesson=\w+"))
    expect(page.locator("#lesson")).to_be_visible()
    expect(page.locator("#drawing-canvas")).to_be_focused()
    return re.search(r"lesson=(\w+)", page.url)[1]


def choose(page: Page, label: str) -> None:
    """Say which label is to be drawn; none for a test."""
    page.locator(f'#modes input[value="{label}"]').check()


def write(page: Page, sign: Sign, tool: Tool = draw) -> None:
    """Draw a sign's strokes."""
    for stroke in sign:
        tool(page, stroke)


def train(page: Page, button: str = "#often") -> None:
    """Train on what is on the sheet; returns once it is said what came of it."""
    before = page.locator("#advice").text_content()
    page.locator(button).click()
    expect(page.locator("#advice")).not_to_have_text(before)
    expect(page.locator("#advice")).to_contain_text(re.compile(r"steps? as "))


def teach(page: Page, label: str, sign: Sign, tool: Tool = draw) -> None:
    """Draw a sign, say what it is, train ten times."""
    choose(page, label)
    write(page, sign, tool)
    train(page)


def weights(page: Page) -> list:
    """The picture of the network's weights, pixel by pixel, once it stands still."""
    look = "document.querySelector('#nodes canvas').toDataURL()"
    was, now = "", page.evaluate(look)
    while was != now:
        page.wait_for_timeout(200)
        was, now = now, page.evaluate(look)
    return now
