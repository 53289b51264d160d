"""The map of the network: all layers at a glance, what feeds a map, and the way to its layer."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing_input import ONE, draw, wait_until, wait_until_idle
from tests.browser.inside.layer_reader import OpenInside, activation, explained, feature_maps, layer_result, position, value
from tests.browser.locators import tool
from tests.browser.page_checks import has_no_sideways_scroll

MODELS = ("digits", "letters", "pooling", "perceptron")


def network_map(page: Page) -> Locator:
    """The canvas with all layers."""
    return page.get_by_test_id("network-map").get_by_role("application")


def caption(page: Page) -> Locator:
    """What the selected map shows and what feeds it."""
    return page.get_by_test_id("map-caption")


def select_label(page: Page, index: int) -> None:
    """Select a label of the last layer with the keyboard."""
    network_map(page).focus()
    page.keyboard.press("End")
    for _ in range(index):
        page.keyboard.press("ArrowDown")


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_every_network_fits_every_screen(open_inside: OpenInside, model: str) -> None:
    """Any network is shown completely, with a link to each layer, on screens of any width."""
    page = open_inside(f"?model={model}")
    links = page.get_by_role("navigation", name="Layers").get_by_role("link")
    for width in (2560, 1280, 768, 320):
        page.set_viewport_size({"width": width, "height": 900})
        wait_until_idle(page)
        assert has_no_sideways_scroll(page), width
        expect(links).to_have_count(len(explained(page)["layers"]))
        canvas, section = network_map(page).bounding_box(), page.get_by_test_id("network-map").bounding_box()
        assert canvas["x"] >= section["x"]
        assert canvas["x"] + canvas["width"] <= section["x"] + section["width"] + 1
        assert canvas["height"] > 300


def test_label_shows_what_feeds_it(open_inside: OpenInside) -> None:
    """The caption of a label has its probability and the map that adds most to its logit, as the weights say."""
    page = open_inside("?model=digits")
    select_label(page, 7)
    expect(caption(page)).to_contain_text("Softmax, label 7: 99.")
    inputs = np.array(layer_result(page, "conv4_relu")["activations"])  # (height, width, maps)
    kernel = np.array(layer_result(page, "dense", "kernels")["kernel"]).reshape(*inputs.shape, -1)
    sums = (inputs * kernel[..., 7]).sum((0, 1))
    best = int(sums.argmax())
    expect(caption(page)).to_contain_text(f"Dense, label 7, is raised most by map {best + 1} (+{sums[best]:.2f})")


def test_map_shows_what_feeds_it(open_inside: OpenInside) -> None:
    """The contributions of the input maps to the mean of a map are the products of its kernels."""
    page = open_inside("?model=digits")
    page.get_by_role("navigation", name="Layers").get_by_role("link", name="Convolution 2").focus()
    network_map(page).focus()
    page.keyboard.press("Home")
    for _ in range(3):  # input, convolution 1, ReLU 1, convolution 2
        page.keyboard.press("ArrowRight")
    unit = int(re.search(r"Convolution 2, map (\d+):", caption(page).text_content())[1]) - 1
    inputs = np.pad(np.array(layer_result(page, "conv1_relu")["activations"]), ((0, 1), (0, 1), (0, 0)))
    kernel = np.array(layer_result(page, "conv2", "kernels")["kernel"])[..., unit]  # (3, 3, 16)
    sums = np.zeros(16)
    for y in range(5):
        for x in range(5):
            sums += (inputs[2 * y : 2 * y + 3, 2 * x : 2 * x + 3] * kernel).sum((0, 1)) / 25
    best = int(sums.argmax())
    expect(caption(page)).to_contain_text(f"raised most by map {best + 1} (+{sums[best]:.2f})")


def test_map_leads_to_its_layer(open_inside: OpenInside) -> None:
    """Enter on a map selects its largest value in the panel of the layer and moves the focus there; so does a click."""
    page = open_inside("?model=digits")
    network_map(page).focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    unit = int(re.search(r"Convolution 1, map (\d+):", caption(page).text_content())[1])
    page.keyboard.press("Enter")
    expect(feature_maps(page, "conv1")).to_be_focused()
    expect(feature_maps(page, "conv1")).to_be_in_viewport()
    expect(position(page)).to_contain_text(f"conv1: map {unit}, row")
    largest = np.array(layer_result(page, "conv1")["activations"])[..., unit - 1].max()
    assert float(value(page).text_content().replace("−", "-")) == pytest.approx(largest, abs=1e-3)
    canvas = network_map(page)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] - 20, "y": box["height"] - 20})
    expect(position(page)).to_have_text("softmax: label 9")


def test_map_follows_the_drawing(open_inside: OpenInside) -> None:
    """The selected label has the probability for the current drawing, and none without one."""
    page = open_inside("?model=digits")
    select_label(page, 1)
    expect(caption(page)).to_contain_text("label 1: 0.")
    tool(page, "Clear").click()
    select_label(page, 1)
    expect(caption(page)).to_contain_text("nothing drawn yet")
    draw(page, ONE)
    expect(page.get_by_test_id("label")).to_have_text("1")
    select_label(page, 1)
    wait_until(page, lambda: "label 1: 9" in caption(page).text_content())
    assert activation(page, "softmax", (2, 1, 1)) > 0.9


def test_perceptron_is_drawn_with_every_weight(open_inside: OpenInside) -> None:
    """The map of a model with few weights, all in dense layers, shows all of them."""
    page = open_inside("?model=perceptron")
    expect(network_map(page)).to_have_accessible_name(re.compile("all 156 weights"))


def test_map_is_tapped(open_inside: OpenInside) -> None:
    """On a touch screen the first tap shows what feeds a map, the second one goes to its layer."""
    page = open_inside("?model=digits", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    network_map(page).scroll_into_view_if_needed()
    network_map(page).tap(position={"x": 20, "y": 40})
    expect(caption(page)).to_contain_text("Input")
    expect(feature_maps(page, "crops")).not_to_be_focused()
    network_map(page).tap(position={"x": 20, "y": 40})
    expect(feature_maps(page, "crops")).to_be_focused()
