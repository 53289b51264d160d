"""Reading: what the server has told the view, what the view writes, and how a place of a layer is come to."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, Response, expect

OpenInside = Callable[..., Page]

CLOSE = 1e-3
"""How far a sum of the numbers shown, with four places each, may lie from the number that the server tells."""


def listen(page: Page, response: Response) -> None:
    """Keep the last answers of /explain."""
    shown = re.search(r"/explain.*show=(\w+)", response.url)
    if shown and response.ok:
        page.heard[shown[1]] = response


def told(page: Page, shown: str = "activations") -> dict:
    """The server's last answer that shows these."""
    return page.heard[shown].json()


def layer_told(page: Page, name: str) -> dict:
    """What the server has told of a layer."""
    return next(layer for layer in told(page)["layers"] if layer["name"] == name)


def activation(page: Page, name: str, at: tuple[int, int, int]) -> float:
    """The server's own number at a map, a row and a column, counted from 1."""
    layer = layer_told(page, name)
    place, y, x = (part - 1 for part in at)
    return layer["activations"][place] if len(layer["output_shape"]) == 1 else layer["activations"][y][x][place]


def number(text: str) -> float:
    """A number as the page writes it."""
    return float(re.search(r"[−-]?\d[\d.]*$", text.strip())[0].replace("−", "-"))


def numbers(locator: Locator) -> list[float]:
    """The numbers that elements end with."""
    return [number(text) for text in locator.all_text_contents()]


def maps(page: Page, name: str) -> Locator:
    """The canvas with a layer's maps."""
    return page.locator(f"#layer-{name} .maps canvas").first


def look(page: Page, name: str, at: tuple[int, int, int]) -> None:
    """Walk to a place of a layer, by keyboard."""
    canvas = maps(page, name)
    canvas.focus()
    page.keyboard.press("Home")
    shape = layer_told(page, name)["output_shape"]
    width = shape[1] if len(shape) == 3 else 1
    for _ in range((at[0] - 1) * width + at[2] - 1):
        page.keyboard.press("ArrowRight")
    for _ in range(at[1] - 1):
        page.keyboard.press("ArrowDown")
    place = f"row {at[1]}, column {at[2]}" if width > 1 else f"{name}: "
    expect(page.locator("#sum .place")).to_contain_text(place)
