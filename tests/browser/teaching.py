"""Draws characters in the Teach view, trains lessons on them, and locates what the view shows."""

import math
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing_input import Shape, draw

Strokes = list[Shape]
DrawStroke = Callable[[Page, Shape], None]


def cross(rotation: float = 0.0, size: float = 0.3, aspect: float = 1.0) -> Strokes:
    """An X in two strokes, rotated by an angle in radians."""
    angles = [math.pi / 4 + rotation + quarter * math.pi / 2 for quarter in range(4)]
    ends = [(0.5 + aspect * size * math.cos(angle), 0.5 + size * math.sin(angle)) for angle in angles]
    return [[ends[0], ends[2]], [ends[1], ends[3]]]


def ring(flattening: float = 0.0, start: float = 0.0, size: float = 0.3) -> Strokes:
    """An O in one stroke, flattened by a fraction, that starts at an angle."""
    angles = [start + step * math.pi / 12 for step in range(25)]
    return [[(0.5 + size * math.cos(angle), 0.5 + (1 - flattening) * size * math.sin(angle)) for angle in angles]]


TRAINING_DRAWINGS = {
    "X": [cross(turn / 20, 0.24 + 0.02 * (turn % 3), 1 - 0.06 * abs(turn)) for turn in range(-3, 3)],
    "O": [ring(flat / 15 - 0.1, flat, 0.22 + 0.02 * (flat % 4)) for flat in range(6)],
}
"""Six of each label, all different."""

TEST_DRAWINGS = {
    "X": [cross(0.07, 0.33), cross(-0.12, 0.28, 0.9), cross(0.12, 0.25)],
    "O": [ring(0.05, 1, 0.33), ring(0.15, 2, 0.27), ring(-0.05, 4, 0.24)],
}
"""Drawings that aren't among the training drawings."""

DIAGRAM_PIXELS = "document.querySelector('[data-testid=diagram] canvas').toDataURL()"


def mode(page: Page, name: str) -> Locator:
    """The radio button of a label, or "Test"."""
    return page.get_by_role("group", name="Drawing", exact=True).get_by_role("radio", name=re.compile(rf"^{name}\b"))


def thumbnails(page: Page) -> Locator:
    """The saved drawings."""
    return page.get_by_test_id("drawings").get_by_role("button")


def drawing_counts(page: Page) -> Locator:
    """The numbers of drawings of the labels."""
    return page.get_by_test_id("drawing-count")


def loss_chart(page: Page) -> Locator:
    """The chart of the loss; its ARIA label holds the first and the last point."""
    return page.get_by_test_id("loss-chart").get_by_role("img")


def lesson_id(page: Page) -> str:
    """The ID of the open lesson, from the URL."""
    return re.search(r"lesson=(\w+)", page.url)[1]


def start_lesson(page: Page, network: str = "perceptron") -> str:
    """Start a lesson with the labels in the form; return its ID."""
    page.get_by_role("combobox", name="Network").select_option(network)
    page.get_by_role("button", name="Start with").click()
    expect(page).to_have_url(re.compile(r"lesson=\w+"))
    expect(page.get_by_test_id("lesson")).to_be_visible()
    expect(page.get_by_test_id("drawing-canvas")).to_be_focused()
    return lesson_id(page)


def draw_strokes(page: Page, strokes: Strokes, draw_stroke: DrawStroke = draw) -> None:
    """Draw the strokes of a character."""
    for stroke in strokes:
        draw_stroke(page, stroke)


def train(page: Page, button: str = "Train 10 steps") -> None:
    """Train on the drawing and wait for the result."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_test_id("training-status")).to_have_attribute("data-state", "trained")


def teach(page: Page, label: str, strokes: Strokes, draw_stroke: DrawStroke = draw) -> None:
    """Draw a character, choose its label and train ten steps."""
    mode(page, label).check()
    draw_strokes(page, strokes, draw_stroke)
    train(page)


def diagram_pixels(page: Page) -> str:
    """The network diagram as a data URL, once changed weights no longer light up."""
    previous, current = "", page.evaluate(DIAGRAM_PIXELS)
    while previous != current:
        page.wait_for_timeout(200)
        previous, current = current, page.evaluate(DIAGRAM_PIXELS)
    return current
