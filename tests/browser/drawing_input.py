"""Draws shapes on the page's canvas with mouse, stylus and finger, as the browser's own input events."""

import time
from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import Page

Shape = list[tuple[float, float]]

SEVEN: Shape = [(0.30, 0.26), (0.52, 0.25), (0.70, 0.25), (0.62, 0.42), (0.53, 0.60), (0.46, 0.82)]
"""[x, y] as fractions of the canvas's sides, y down."""

ONE: Shape = [(0.52, 0.20), (0.51, 0.40), (0.50, 0.60), (0.49, 0.82)]

STEPS = 5
"""Positions between two corners of a shape."""

TIMEOUT = 15
"""Seconds that a condition may take."""


def to_viewport(page: Page, shape: Shape) -> list[dict[str, float]]:
    """A shape's positions in pixels of the viewport, including those between its corners."""
    canvas = page.get_by_test_id("drawing-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    dense = [shape[0]]
    for (x0, y0), (x1, y1) in pairwise(shape):
        dense += [(x0 + (x1 - x0) * i / STEPS, y0 + (y1 - y0) * i / STEPS) for i in range(1, STEPS + 1)]
    return [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in dense]


def draw(page: Page, shape: Shape) -> None:
    """Draw one stroke with the mouse."""
    first, *rest = to_viewport(page, shape)
    page.mouse.move(**first)
    page.mouse.down()
    for position in rest:
        page.mouse.move(**position)
    page.mouse.up()


def draw_with_stylus(page: Page, shape: Shape) -> None:
    """Draw one stroke with a stylus."""
    session = page.context.new_cdp_session(page)
    first, *rest = to_viewport(page, shape)
    pen = {"pointerType": "pen", "button": "left", "clickCount": 1, "force": 0.5}
    session.send("Input.dispatchMouseEvent", {"type": "mousePressed", "buttons": 1, **pen, **first})
    for position in rest:
        session.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "buttons": 1, **pen, **position})
    session.send("Input.dispatchMouseEvent", {"type": "mouseReleased", "buttons": 0, **pen, **rest[-1]})


def draw_with_finger(page: Page, shape: Shape) -> None:
    """Draw one stroke with a finger."""
    session = page.context.new_cdp_session(page)
    first, *rest = to_viewport(page, shape)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [first]})
    for position in rest:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [position]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def count_strokes(page: Page) -> int:
    """The number of strokes in the page's link."""
    return page.evaluate("new URLSearchParams(location.search).get('ink')?.split('.').length ?? 0")


def wait_until(page: Page, condition: Callable[[], object]) -> None:
    """Let the page run until a condition holds. Raises TimeoutError."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"The page did not reach the expected state within {TIMEOUT} s.")
        page.wait_for_timeout(20)


def wait_until_idle(page: Page) -> None:
    """Let the page run until it has no pending request and has painted the last response."""
    wait_until(page, page.monitor.is_idle)
    page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
