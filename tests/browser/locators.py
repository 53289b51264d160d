"""Locators that several tests of the Draw view share: by role, label and test ID, never by wording that may change."""

from playwright.sync_api import Locator, Page


def tool(page: Page, name: str) -> Locator:
    """A drawing tool: Undo, Redo, Clear, Picture or Photo."""
    return page.get_by_role("group", name="Drawing tools").get_by_role("button", name=name, exact=True)


def bar_labels(page: Page) -> Locator:
    """The labels of the bar chart of a single digit."""
    return page.get_by_test_id("probabilities").get_by_test_id("bar-label")


def best_bar(page: Page, chart: str = "probabilities") -> Locator:
    """The bar of the predicted label."""
    return page.get_by_test_id(chart).locator("[aria-current=true]")


def crop_tiles(page: Page) -> Locator:
    """The buttons with the crops."""
    return page.get_by_role("group", name="Crops and their predictions").get_by_role("button")


def crop_outlines(page: Page) -> Locator:
    """The outlines of the crops on the image."""
    return page.get_by_test_id("crop-outlines").locator("rect")


def digit_buttons(page: Page) -> Locator:
    """The buttons with the digits of a whole number."""
    return page.get_by_role("group", name="Digits of the number").get_by_role("button")


def read_mode(page: Page, name: str) -> Locator:
    """The radio button for reading "one digit" or "a whole number"."""
    return page.get_by_role("group", name="Read").get_by_role("radio", name=name)


def upload(page: Page, data: bytes, name: str = "seven.png", mime: str = "image/png") -> None:
    """Choose a picture file."""
    page.get_by_test_id("picture-file").set_input_files({"name": name, "mimeType": mime, "buffer": data})
