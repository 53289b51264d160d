"""The examples below the canvas of Draw and Inside."""

import json
import string
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.drawing_input import count_strokes, wait_until
from tests.browser.locators import read_mode, tool

OpenPage = Callable[..., Page]
STROKES = json.loads((Path(__file__).parents[2] / "web" / "examples" / "strokes.json").read_text("utf-8"))


def example(page: Page, name: str) -> Locator:
    """The button of an example."""
    return page.get_by_role("group", name="Examples").get_by_role("button", name=name, exact=True)


def test_strokes_are_on_the_canvas() -> None:
    """Digits and capital letters, in hundredths of the canvas's height, of about the same size."""
    assert set(STROKES) == {*string.digits, *string.ascii_uppercase}
    for strokes in STROKES.values():
        assert all(len(stroke) >= 2 and len(position) == 2 for stroke in strokes for position in stroke)
        xs, ys = zip(*(position for stroke in strokes for position in stroke), strict=True)
        assert min(xs) >= 20
        assert max(xs) <= 80
        assert min(ys) in range(16, 21)
        assert max(ys) in range(80, 90)


@pytest.mark.parametrize("label", string.digits)
def test_digit_is_read(open_page: OpenPage, label: str) -> None:
    """With confidence, as its label; the link holds it, and it can be undone."""
    page = open_page(reduced_motion="reduce")
    example(page, f"Example {label}").click()
    expect(page.get_by_test_id("label")).to_have_text(label)
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-state", "confident")
    wait_until(page, lambda: count_strokes(page) == len(STROKES[label]))
    tool(page, "Undo").click()
    expect(page.get_by_test_id("drawing-hint")).to_be_visible()


def test_example_draws_itself(open_page: OpenPage) -> None:
    """A part of the drawing is read while it grows; at the end all strokes are there."""
    page = open_page()
    page.clock.install()
    page.clock.pause_at(datetime.now() + timedelta(hours=1))
    counts: list[int] = []

    def count(route: Route) -> None:
        counts.append(sum(map(len, route.request.post_data_json["strokes"])))
        route.continue_()

    page.route("**/predict*", count)
    example(page, "Example 4").click()
    page.clock.run_for(200)
    wait_until(page, lambda: len(counts) > 1)  # the complete drawing, and a part of it
    assert min(counts) < counts[0]
    page.clock.resume()
    wait_until(page, lambda: counts[-1] == counts[0])
    expect(page.get_by_test_id("label")).to_have_text("4")
    assert count_strokes(page) == 2


def test_another_example_replaces_it(open_page: OpenPage) -> None:
    """Also while the first one draws itself."""
    page = open_page()
    example(page, "Example 8").click()
    example(page, "Example 4").click()
    expect(page.get_by_test_id("label")).to_have_text("4")
    wait_until(page, lambda: count_strokes(page) == 2)


@pytest.mark.parametrize("view", ["", "inside"])
def test_photograph_is_read(open_page: OpenPage, view: str) -> None:
    """It is sent as a JPEG file, and its ink is found."""
    page = open_page()
    page.goto(f"/{view}")
    with page.expect_request(lambda request: request.headers.get("content-type") == "image/jpeg"):
        example(page, "Photograph of 3").click()
    expect(page.get_by_test_id("label")).to_have_text("3")


def test_numbers(open_page: OpenPage) -> None:
    """In whole-number mode the examples are numbers; switching back shows digits again."""
    page = open_page(reduced_motion="reduce")
    expect(example(page, "Example 5")).to_be_visible()
    read_mode(page, "a whole number").check()
    for number in ("42", "365", "1984", "2048"):
        example(page, f"Example {number}").click()
        expect(page.get_by_test_id("number-text")).to_have_text(number)
    read_mode(page, "one digit").check()
    expect(example(page, "Example 5")).to_be_visible()
    expect(example(page, "Example 365")).to_have_count(0)


def test_examples_fit_the_model(open_page: OpenPage) -> None:
    """A model of letters has letters as examples."""
    page = open_page("?model=letters")
    buttons = page.get_by_role("group", name="Examples").get_by_role("button")
    expect(buttons).to_have_count(27)
    expect(example(page, "Example Q")).to_be_visible()
    expect(example(page, "Photograph of R")).to_be_visible()


def test_examples_by_keyboard(open_page: OpenPage) -> None:
    """They are one tab stop; arrow keys, Home and End move between them."""
    page = open_page(reduced_motion="reduce")
    example(page, "Example 0").focus()
    page.keyboard.press("ArrowRight")
    expect(example(page, "Example 1")).to_be_focused()
    page.keyboard.press("End")
    expect(example(page, "Photograph of 3")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("label")).to_have_text("0")
    expect(page.get_by_role("group", name="Examples").locator("[tabindex='0']")).to_have_count(1)


def test_page_works_without_examples(open_page: OpenPage) -> None:
    """If they can't be loaded, nothing else is affected."""
    page = open_page()
    page.monitor.allow_message("404")
    page.route("**/examples/strokes.json", lambda route: route.fulfill(status=404, json={}))
    with page.expect_response("**/examples/strokes.json"):
        page.goto("/")
    expect(page.get_by_test_id("bar-label")).not_to_have_count(0)
    expect(page.get_by_role("group", name="Examples").get_by_role("button")).to_have_count(0)
