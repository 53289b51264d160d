"""The animation of a layer: every step shows what the network computed; it plays, pauses and steps."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import find_violations
from tests.browser.drawing_input import wait_until
from tests.browser.inside.layer_reader import TOLERANCE, OpenInside, activation, layer_result, parse_number

LAST_NUMBER = re.compile(r"[−\d.]+(?=\.$)")


def open_animation(open_inside: OpenInside, model: str, watch: str, **options) -> Page:
    """The view with a drawing and the animation of a map of a layer, as a link opens it."""
    page = open_inside(f"?model={model}&watch={watch}", **options)
    expect(text(page)).to_contain_text(re.compile(r"\d"))
    return page


def text(page: Page) -> Locator:
    """What the current step computes."""
    return page.get_by_test_id("animation-text")


def step_slider(page: Page) -> Locator:
    """The slider of the steps."""
    return page.get_by_role("slider", name="Step", exact=True)


def result(page: Page) -> float:
    """The number at the end of the text."""
    return parse_number(LAST_NUMBER.search(text(page).text_content())[0])


@pytest.mark.parametrize(
    ("model", "layer", "at"),
    [
        ("digits", "conv1", (3, 4, 7)),
        ("digits", "conv2", (14, 5, 5)),
        ("digits", "conv2_relu", (14, 2, 1)),
        ("pooling", "max_pool", (2, 3, 4)),
        ("pooling", "average_pool", (1, 2, 2)),
        ("perceptron", "threshold", (1, 2, 3)),
    ],
)
def test_pixel_of_a_map(open_inside: OpenInside, model: str, layer: str, at: tuple[int, int, int]) -> None:
    """A step names its pixel and ends with the server's value."""
    page = open_animation(open_inside, model, f"{layer},{at[0]}")
    width = layer_result(page, layer)["output_shape"][1]
    step_slider(page).fill(str((at[1] - 1) * width + at[2] - 1))
    expect(text(page)).to_contain_text(f"Row {at[1]}, column {at[2]}:")
    assert result(page) == pytest.approx(activation(page, layer, at), abs=TOLERANCE)


def test_sum_of_a_dense_layer(open_inside: OpenInside) -> None:
    """After the last input, the sum is the logit; each step adds the product that it names."""
    page = open_animation(open_inside, "digits", "dense,8")
    slider = step_slider(page)
    slider.fill(slider.get_attribute("max"))
    expect(text(page)).to_contain_text("Input 720 of 720")
    assert result(page) == pytest.approx(activation(page, "dense", (8, 1, 1)), abs=TOLERANCE)
    after = result(page)
    product = parse_number(re.search(r"= ([−\d.]+)\. Bias", text(page).text_content())[1])
    page.get_by_role("button", name="Previous step").click()
    expect(text(page)).to_contain_text("Input 719 of 720")
    assert result(page) + product == pytest.approx(after, abs=TOLERANCE)


def test_probabilities(open_inside: OpenInside) -> None:
    """The softmax is computed label by label."""
    page = open_animation(open_inside, "digits", "softmax,1")
    step_slider(page).fill("7")
    expect(text(page)).to_contain_text("label 7: e^")
    expect(page.get_by_test_id("map-caption")).to_contain_text("Softmax, label 7: 99.")
    assert result(page) == pytest.approx(activation(page, "softmax", (8, 1, 1)), abs=TOLERANCE)


def test_animation_plays_and_pauses(open_inside: OpenInside) -> None:
    """It plays when it is opened, from the map that was selected last, pauses at any step, and ends at the last one."""
    page = open_inside("?model=pooling")
    canvas = page.get_by_test_id("network-map").get_by_role("application")
    canvas.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Watch a layer compute").click()
    expect(page).to_have_url(re.compile("watch=conv%2C"))
    page.get_by_role("slider", name="Speed").fill("4")
    controls = page.get_by_role("group", name="Animation")
    wait_until(page, lambda: step_slider(page).input_value() == "143")
    play = controls.get_by_role("button", name="Play")
    expect(play).to_be_visible()
    page.get_by_role("slider", name="Speed").fill("0")
    play.click()
    controls.get_by_role("button", name="Pause").click()
    position = int(step_slider(page).input_value())
    controls.get_by_role("button", name="Next step").click()
    expect(step_slider(page)).to_have_value(str(position + 1))
    page.get_by_role("button", name="Close the animation").click()
    expect(text(page)).to_be_hidden()
    expect(page).not_to_have_url(re.compile("watch="))


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "17"])
def test_link_with_a_wrong_map(open_inside: OpenInside, number: str) -> None:
    """The first map is shown."""
    page = open_animation(open_inside, "digits", f"conv1,{number}")
    expect(page).to_have_url(re.compile("watch=conv1%2C1(&|$)"))


def test_closed_animation_stays_closed(open_inside: OpenInside) -> None:
    """With another model, too."""
    page = open_animation(open_inside, "digits", "conv1,1")
    page.get_by_role("button", name="Close the animation").click()
    page.get_by_label("Model").select_option("perceptron")
    expect(page.get_by_role("navigation", name="Layers").get_by_role("link", name="Average pooling")).to_be_visible()
    expect(page).not_to_have_url(re.compile("watch="))


def test_animation_follows_model_and_drawing(open_inside: OpenInside) -> None:
    """With another model its layers are offered; without a drawing nothing is computed."""
    page = open_animation(open_inside, "digits", "conv1,1")
    page.get_by_label("Model").select_option("perceptron")
    expect(page.get_by_role("combobox", name="Layer", exact=True).locator("option").first).to_have_text("Average pooling")
    expect(page).to_have_url(re.compile("watch=average_pool"))
    page.get_by_role("group", name="Drawing tools").get_by_role("button", name="Clear").click()
    expect(text(page)).not_to_contain_text("Row")


def test_reduced_motion_steps_only(open_inside: OpenInside) -> None:
    """With reduced motion there is no Play button; buttons and slider work."""
    page = open_animation(open_inside, "digits", "conv1,1", reduced_motion="reduce")
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    expect(step_slider(page)).to_have_value("49")
    page.get_by_role("button", name="Next step").click()
    expect(text(page)).to_contain_text("Row 6, column 1")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_animation_is_accessible(open_inside: OpenInside, scheme: str) -> None:
    """axe finds nothing in the animation and the shapes of convolutions, and they fit a small phone."""
    page = open_animation(open_inside, "digits", "conv2,3", color_scheme=scheme, reduced_motion="reduce")
    page.get_by_test_id("shapes").get_by_text("What kernel size").click()
    expect(page.get_by_test_id("shape-formula")).to_be_visible()
    assert find_violations(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    expect(text(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
