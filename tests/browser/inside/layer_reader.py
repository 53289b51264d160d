"""Reads layers and values of the Inside view, and the server's responses to compare them with."""

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Locator, Page, Request, expect

OpenInside = Callable[..., Page]

TOLERANCE = 1e-3
"""How far a sum of displayed numbers, with four decimals each, may be from the server's value."""


def record_request(page: Page, request: Request) -> None:
    """Store the last finished requests to /explain by what they show."""
    shown = re.search(r"/explain.*show=(\w+)", request.url)
    if shown:
        page.explained[shown[1]] = request


def explained(page: Page, shown: str = "activations") -> dict:
    """The server's last response with activations, kernels or an occlusion map."""
    return page.explained[shown].response().json()


def layer_result(page: Page, name: str, shown: str = "activations") -> dict:
    """A layer in the server's last response with activations or kernels."""
    return next(layer for layer in explained(page, shown)["layers"] if layer["name"] == name)


def flat(values: list) -> list[float]:
    """Nested lists as one list."""
    return list(np.ravel(values))


def activation(page: Page, name: str, at: tuple[int, int, int]) -> float:
    """The server's activation at a map, a row and a column, counted from 1."""
    layer = layer_result(page, name)
    unit, y, x = (index - 1 for index in at)
    return layer["activations"][unit] if len(layer["output_shape"]) == 1 else layer["activations"][y][x][unit]


def parse_number(text: str) -> float:
    """A number as the page displays it, at the end of a text."""
    return float(re.search(r"[−-]?\d[\d.]*$", text.strip())[0].replace("−", "-"))


def parse_numbers(locator: Locator) -> list[float]:
    """The numbers at the end of elements."""
    return [parse_number(text) for text in locator.all_text_contents()]


def panel(page: Page, name: str) -> Locator:
    """The panel of a layer."""
    return page.get_by_test_id(f"layer-{name}")


def feature_maps(page: Page, name: str) -> Locator:
    """The canvas with the feature maps of a layer."""
    return panel(page, name).get_by_role("application").first


def calculation(page: Page) -> Locator:
    """How the selected value was computed."""
    return page.get_by_test_id("calculation")


def position(page: Page) -> Locator:
    """The position of the selected value."""
    return calculation(page).get_by_test_id("position")


def value(page: Page) -> Locator:
    """The selected value."""
    return calculation(page).get_by_test_id("value")


def sums(page: Page) -> dict[str, float]:
    """The lists of sums of the calculation, by their terms."""
    terms = calculation(page).get_by_role("term").all_text_contents()
    return dict(zip(terms, parse_numbers(calculation(page).get_by_role("definition")), strict=True))


def select(page: Page, name: str, at: tuple[int, int, int]) -> None:
    """Select a value of a layer with the arrow keys."""
    feature_maps(page, name).focus()
    page.keyboard.press("Home")
    shape = layer_result(page, name)["output_shape"]
    width = shape[1] if len(shape) == 3 else 1
    for _ in range((at[0] - 1) * width + at[2] - 1):
        page.keyboard.press("ArrowRight")
    for _ in range(at[1] - 1):
        page.keyboard.press("ArrowDown")
    expect(position(page)).to_contain_text(f"row {at[1]}, column {at[2]}" if width > 1 else f"{name}: ")
