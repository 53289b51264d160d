"""What kernel size, stride and padding do to the shape of a convolution's output."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.inside.layer_reader import OpenInside

INPUT = 8


def set_shape(page: Page, kernel: int, stride: int, padding: int) -> None:
    """Set the three values."""
    for name, value in (("Kernel size", kernel), ("Stride", stride), ("Padding", padding)):
        page.get_by_role("slider", name=name).fill(str(value))


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 1, 0), (3, 1, 1), (5, 2, 0), (7, 4, 3), (1, 3, 0), (2, 2, 0)])
def test_output_shape(open_inside: OpenInside, kernel: int, stride: int, padding: int) -> None:
    """The formula and the picture show the number of places where the window fits; the link restores the values."""
    page = open_inside("?model=digits&shape=3,1,0", drawn=False)
    set_shape(page, kernel, stride, padding)
    places = len(range(0, INPUT + 2 * padding - kernel + 1, stride))
    expect(page.get_by_test_id("shape-formula")).to_have_text(re.compile(rf" = {places}$"))
    picture = page.get_by_test_id("shapes").get_by_role("application")
    expect(picture).to_have_accessible_name(re.compile(f"{places} × {places}"))
    expect(picture.locator("rect")).to_have_count(places * places)
    page.reload()
    expect(page.get_by_test_id("shape-formula")).to_have_text(re.compile(rf" = {places}$"))


def test_window_is_moved(open_inside: OpenInside) -> None:
    """Arrow keys move the window by the stride, up to the edge."""
    page = open_inside("?model=digits&shape=3,2,0", drawn=False)
    picture = page.get_by_test_id("shapes").get_by_role("application")
    window = page.get_by_test_id("shapes").locator(".window")
    picture.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(window).to_have_attribute("x", "4")
    expect(window).to_have_attribute("y", "2")
    expect(page.get_by_test_id("shape-text")).to_contain_text("row 2, column 3")
    expect(page.get_by_test_id("shape-text")).to_contain_text("never read: 1")


def test_invalid_shape_in_a_link(open_inside: OpenInside) -> None:
    """A link with impossible values opens the defaults."""
    page = open_inside("?model=digits&shape=99,0,x", drawn=False)
    expect(page.get_by_test_id("shape-formula")).to_have_text(re.compile(" = 6$"))
