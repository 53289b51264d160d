"""The layers of any model: what is shown, how a value is selected, and what a link restores."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import SEVEN, draw, wait_until
from tests.browser.inside.layer_reader import (
    OpenInside,
    activation,
    calculation,
    explained,
    feature_maps,
    panel,
    position,
    value,
)
from tests.browser.inside.models import LABELS
from tests.browser.locators import tool

COUNT_COLORS = """(canvas) => new Set(new Uint32Array(
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""


def layer_panels(page: Page):
    """The panels of all layers."""
    return page.get_by_test_id("layers").locator("> section")


def test_every_layer_is_shown(open_inside: OpenInside) -> None:
    """The layers are in order, each with title, name, figures, painted maps and a color scale; the totals are correct, and the
    page says why training had more parameters."""
    page = open_inside("?model=digits")
    expect(page.get_by_test_id("label")).to_have_text("7")
    layers = explained(page)["layers"]
    panels = layer_panels(page)
    expect(panels).to_have_count(len(layers))
    for element, layer in zip(panels.all(), layers, strict=True):
        expect(element.get_by_text(layer["name"], exact=True)).to_be_visible()
        figures = [" × ".join(map(str, layer["output_shape"])), f"{layer['parameters']:,}", f"{layer['multiply_adds']:,}"]
        expect(element.get_by_role("definition")).to_have_text(figures)
        expect(element.get_by_role("img", name="Color scale").first).to_be_visible()
    totals = [f"{sum(layer[name] for layer in layers):,}" for name in ("parameters", "multiply_adds")]
    expect(page.get_by_test_id("layers").locator("> :last-child").get_by_role("definition")).to_have_text(totals)
    titles = panels.get_by_role("heading", level=3).all_text_contents()
    assert len(set(titles)) == len(layers)
    assert titles[:3] == ["Input", "Convolution 1", "ReLU 1"]
    expect(page.get_by_test_id("merged-parameters")).to_contain_text("89,082")
    page.monitor.allow_message("willReadFrequently")  # the test reads canvases; the page never does
    for layer in layers:
        maps = feature_maps(page, layer["name"])
        maps.scroll_into_view_if_needed()
        wait_until(page, lambda maps=maps: maps.evaluate(COUNT_COLORS) > 3)
        assert maps.bounding_box()["height"] > 40


def test_pinned_value_is_restored_by_the_link(open_inside: OpenInside) -> None:
    """Hovering shows a value, a click pins it, and the link restores layer, position, drawing and crop."""
    page = open_inside("?model=digits")
    page.get_by_label("Crop (top, left)").select_option("1,3")
    wait_until(page, lambda: explained(page)["crop"] == [1, 3])
    maps = feature_maps(page, "conv2")
    maps.scroll_into_view_if_needed()
    box = maps.bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    expect(position(page)).to_contain_text("conv2")
    hovered = position(page).text_content()
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile("layer=conv2.*at="))
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    expect(position(page)).to_have_text(hovered)  # pinned
    expect(page).to_have_url(re.compile("ink="))
    number = value(page).text_content()
    page.reload()
    expect(position(page)).to_have_text(hovered)
    expect(value(page)).to_have_text(number)
    expect(page.get_by_label("Crop (top, left)")).to_have_value("1,3")
    expect(maps).to_be_in_viewport()
    page.get_by_role("button", name="Unpin").click()
    expect(calculation(page)).to_be_empty()
    expect(page).not_to_have_url(re.compile("layer="))


def test_value_is_selected_with_the_keyboard(open_inside: OpenInside) -> None:
    """Tab reaches the maps, arrow keys move over pixels and to the next map, Enter pins, Escape unpins and clears nothing."""
    page = open_inside("?model=digits")
    page.get_by_role("navigation", name="Layers").get_by_role("link").last.focus()
    maps = feature_maps(page, "conv1")
    while not maps.evaluate("(canvas) => canvas === document.activeElement"):
        page.keyboard.press("Tab")
    expect(position(page)).to_have_text("conv1: map 1, row 1, column 1")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(position(page)).to_have_text("conv1: map 2, row 1, column 1")
    page.keyboard.press("ArrowDown")
    expect(position(page)).to_have_text("conv1: map 2, row 2, column 1")
    live_region = page.locator("[aria-live=polite][role=status]")
    expect(live_region).to_have_text(re.compile(r"^conv1: map 2, row 2, column 1: [−\d.]+\. "))
    assert "map 2 of 16:" in maps.get_attribute("aria-label").lower()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("layer=conv1&at=2%2C2%2C1"))
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("layer="))
    expect(page.get_by_test_id("label")).to_have_text("7")


def test_maps_are_described_for_screen_readers(open_inside: OpenInside) -> None:
    """Every map has a description with its range and the position of its maximum."""
    page = open_inside("?model=digits")
    descriptions = panel(page, "conv1_relu").get_by_role("listitem")
    expect(descriptions).to_have_count(16)

    def are_current() -> bool:
        """They are updated shortly after the last change."""
        for i, text in enumerate(descriptions.all_text_contents()):
            found = re.fullmatch(rf"Map {i + 1} of 16: 0.00 to ([\d.]+), maximum at row (\d+), column (\d+)", text)
            at = (i + 1, int(found[2]), int(found[3]))
            if float(found[1]) != pytest.approx(activation(page, "conv1_relu", at), abs=0.06):
                return False
        return True

    wait_until(page, are_current)


def test_model_is_changed(open_inside: OpenInside) -> None:
    """When another model is chosen its layers are shown, and the drawing stays."""
    page = open_inside("?model=digits")
    for model, labels in (("letters", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), ("pooling", LABELS), ("digits", "7")):
        page.get_by_label("Model").select_option(model)
        wait_until(page, lambda model=model: explained(page)["model"] == model)
        expect(layer_panels(page)).to_have_count(len(explained(page)["layers"]))
        expect(page.get_by_test_id("label")).to_have_text(re.compile(f"^[{''.join(labels)}]$"))


def test_invalid_link_is_reported(open_inside: OpenInside) -> None:
    """A link to a position that the model doesn't have says so and shows the rest."""
    page = open_inside("?model=digits&layer=conv9&at=1,1,1&kernel=1,2,3", drawn=False)
    expect(page.get_by_test_id("notice")).to_have_attribute("data-code", "unknown_position")
    expect(page.get_by_test_id("custom-weights").get_by_role("spinbutton")).to_have_count(9)


def test_pinned_position_survives_clearing(open_inside: OpenInside) -> None:
    """Clearing empties the maps; the pinned position is updated by the next drawing."""
    page = open_inside("?model=digits&layer=conv1&at=1,5,5")
    expect(value(page)).to_be_visible()
    tool(page, "Clear").click()
    expect(page.get_by_test_id("label")).to_be_empty()
    expect(value(page)).to_have_count(0)
    expect(position(page)).to_have_text("conv1: map 1, row 5, column 5")
    draw(page, SEVEN)
    expect(value(page)).to_be_visible()


def test_pinned_position_is_restored_with_its_model(open_inside: OpenInside) -> None:
    """While a model without the position is shown, the link keeps it."""
    page = open_inside("?layer=conv1&at=2,3,4")
    unpin = page.get_by_role("button", name="Unpin")
    expect(unpin).to_be_visible()
    page.get_by_label("Model").select_option("letters")
    expect(page.get_by_test_id("notice")).to_have_attribute("data-code", "unknown_position")
    expect(unpin).to_be_hidden()
    assert "layer=conv1" in page.url
    page.get_by_label("Model").select_option("digits")
    expect(unpin).to_be_visible()
    expect(page.get_by_test_id("notice")).to_be_empty()


def test_model_without_layer_outputs(open_inside: OpenInside) -> None:
    """For a model whose card doesn't describe its layers, the view says so and shows no layers of another model."""
    page = open_inside("?model=digits")
    page.monitor.allow_message("422")
    error = {"error": {"code": "no_layer_outputs", "message": "for developers"}}
    page.route("**/explain?model=letters*", lambda route: route.fulfill(status=422, json=error))
    page.get_by_label("Model").select_option("letters")
    expect(page.get_by_test_id("status")).to_have_attribute("data-code", "no_layer_outputs")
    expect(page.get_by_test_id("status")).not_to_contain_text("developers")
    expect(layer_panels(page)).to_have_count(0)
    page.get_by_label("Model").select_option("digits")
    expect(layer_panels(page)).not_to_have_count(0)
    expect(page.get_by_test_id("label")).to_have_text("7")
