"""The hand that draws on the page: shapes, and strokes of mouse, stylus and finger as the browser's own input events."""

import time
from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import Page

Shape = list[tuple[float, float]]

SEVEN: Shape = [(0.30, 0.26), (0.52, 0.25), (0.70, 0.25), (0.62, 0.42), (0.53, 0.60), (0.46, 0.82)]
"""[x, y] as shares of the sheet's side, y down."""

ONE: Shape = [(0.52, 0.20), (0.51, 0.40), (0.50, 0.60), (0.49, 0.82)]

STEPS = 5
"""Positions between two corners of a shape."""


def on_page(page: Page, shape: Shape) -> list[dict[str, float]]:
    """A shape's positions in the window's pixels, the ones between its corners with them."""
    page.locator("#drawing-canvas").scroll_into_view_if_needed()
    box = page.locator("#drawing-canvas").bounding_box()
    dense = [shape[0]]
    for (x0, y0), (x1, y1) in pairwise(shape):
        dense += [(x0 + (x1 - x0) * i / STEPS, y0 + (y1 - y0) * i / STEPS) for i in range(1, STEPS + 1)]
    return [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in dense]


def draw(page: Page, shape: Shape) -> None:
    """One stroke of the mouse."""
    first, *rest = on_page(page, shape)
    page.mouse.move(**first)
    page.mouse.down()
    for position in rest:
        page.mouse.move(**position)
    page.mouse.up()


def draw_with_stylus(page: Page, shape: Shape) -> None:
    """One stroke of a stylus."""
    session = page.context.new_cdp_session(page)
    first, *rest = on_page(page, shape)
    pen = {"pointerType": "pen", "button": "left", "clickCount": 1, "force": 0.5}
    session.send("Input.dispatchMouseEvent", {"type": "mousePressed", "buttons": 1, **pen, **first})
    for position in rest:
        session.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "buttons": 1, **pen, **position})
    session.send("Input.dispatchMouseEvent", {"type": "mouseReleased", "buttons": 0, **pen, **rest[-1]})


def draw_with_finger(page: Page, shape: Shape) -> None:
    """One stroke of a finger."""
    session = page.context.new_cdp_session(page)
    first, *rest = on_page(page, shape)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [first]})
    for position in rest:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [position]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def strokes(page: Page) -> int:
    """How many strokes the page's link holds."""
    return page.evaluate("new URLSearchParams(location.search).get('ink')?.split('.').length ?? 0")


def wait_until(page: Page, true: Callable[[], object]) -> None:
    """Let the page run until something is true of it. Raises TimeoutError."""
    deadline = time.monotonic() + 15
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("Expected the page to come to something. Received nothing of the kind in 15 seconds.")
        page.wait_for_timeout(20)
