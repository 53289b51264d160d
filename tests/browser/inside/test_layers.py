"""The layers of any model: what stands there, how a number is come to, and what a link brings back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.drawing_input import SEVEN, draw, wait_until
from tests.browser.inside.layer_reader import CLOSE, OpenInside, activation, look, maps, numbers, told
from tests.browser.inside.models import LABELS


def test_every_layer_shows_what_it_makes(open_inside: OpenInside) -> None:
    """The layers stand in their order, each with name, kind, figures and painted maps, and the figures add up at the end."""
    page = open_inside("?model=digits")
    expect(page.locator("#answer-label")).to_have_text("7")
    layers = told(page)["layers"]
    sections = page.locator("#layers > section")
    expect(sections).to_have_count(len(layers))
    for section, layer in zip(sections.all(), layers, strict=True):
        expect(section.locator("h3")).to_have_text(layer["name"])
        expect(section.locator(".kind")).not_to_be_empty()
        figures = [" × ".join(map(str, layer["output_shape"])), f"{layer['parameters']:,}", f"{layer['multiply_adds']:,}"]
        expect(section.locator("dd")).to_have_text(figures)
    sums = [f"{sum(layer[name] for layer in layers):,}" for name in ("parameters", "multiply_adds")]
    expect(page.locator("#layers > :last-child dd")).to_have_text(sums)
    page.watch.expect("willReadFrequently")  # the test reads the canvas; the page never does
    colours = """(canvas) => new Set(new Uint32Array(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    for layer in layers:
        maps(page, layer["name"]).scroll_into_view_if_needed()
        wait_until(page, lambda name=layer["name"]: maps(page, name).evaluate(colours) > 3)
        assert maps(page, layer["name"]).bounding_box()["height"] > 40


def test_pointing_pins_and_the_link_restores(open_inside: OpenInside) -> None:
    """Hovering shows a number, a click keeps it in the link, and the link brings it back: layer, place, drawing, crop."""
    page = open_inside("?model=digits")
    page.locator("#crop").select_option("1,3")
    wait_until(page, lambda: told(page)["crop"] == [1, 3])
    canvas = maps(page, "conv2")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    expect(page.locator("#sum .place")).to_contain_text("conv2")
    hovered = page.locator("#sum .place").text_content()
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile("layer=conv2.*at="))
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    expect(page.locator("#sum .place")).to_have_text(hovered)  # pinned
    expect(page).to_have_url(re.compile("ink="))
    value = page.locator("#sum .value").text_content()
    page.reload()
    expect(page.locator("#sum .place")).to_have_text(hovered)
    expect(page.locator("#sum .value")).to_have_text(value)
    expect(page.locator("#crop")).to_have_value("1,3")
    expect(maps(page, "conv2")).to_be_in_viewport()
    page.locator("#release").click()
    expect(page.locator("#sum")).to_be_empty()
    expect(page).not_to_have_url(re.compile("layer="))


def test_by_keyboard_alone(open_inside: OpenInside) -> None:
    """Tab comes to the maps, arrow keys walk over pixels and to the next map, Enter pins, Escape lets go and clears nothing."""
    page = open_inside("?model=digits")
    page.locator("#contents a").last.focus()
    while not maps(page, "conv1").evaluate("(canvas) => canvas === document.activeElement"):
        page.keyboard.press("Tab")
    place = page.locator("#sum .place")
    expect(place).to_have_text("conv1: map 1, row 1, column 1")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(place).to_have_text("conv1: map 2, row 1, column 1")
    page.keyboard.press("ArrowDown")
    expect(place).to_have_text("conv1: map 2, row 2, column 1")
    expect(page.locator("#live-region")).to_have_text(re.compile(r"^conv1: map 2, row 2, column 1: [−\d.]+\. 25 products"))
    assert "map 2 of 16, from" in maps(page, "conv1").get_attribute("aria-label").lower()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("layer=conv1&at=2%2C2%2C1"))
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("layer="))
    expect(page.locator("#answer-label")).to_have_text("7")


def test_maps_are_told_in_words(open_inside: OpenInside) -> None:
    """Every map has a text: its range, and where it is strongest."""
    page = open_inside("?model=digits")
    words = page.locator("#layer-conv1_relu .hidden li")
    expect(words).to_have_count(16)
    for i, text in enumerate(words.all_text_contents()):
        said = re.fullmatch(rf"Map {i + 1} of 16, from 0.00 to ([\d.]+), strongest at row (\d+), column (\d+)", text)
        place = (i + 1, int(said[2]), int(said[3]))
        assert float(said[1]) == pytest.approx(activation(page, "conv1_relu", place), abs=0.06)


def test_a_perceptron_is_drawn_with_every_weight(open_inside: OpenInside) -> None:
    """A model whose weights are all dense has a node-link picture; a bit is told as the threshold that made it."""
    page = open_inside("?model=perceptron")
    expect(page.locator("#links canvas")).to_be_visible()
    expect(page.locator("#links canvas")).to_have_attribute("aria-label", re.compile("36 to 4 to 3 neurons"))
    bitmap = next(layer["name"] for layer in told(page)["layers"] if layer["kind"] == "Threshold")
    look(page, bitmap, (1, 2, 3))
    expect(page.locator("#sum")).to_contain_text("≥ 40.0000")
    first = next(layer["name"] for layer in told(page)["layers"] if layer["kind"] == "Dense")
    look(page, first, (2, 1, 1))
    *_, shown, after = numbers(page.locator(".ledger dd"))
    assert shown == pytest.approx(activation(page, first, (2, 1, 1)), abs=CLOSE)
    assert after == pytest.approx(1 / (1 + 2.718281828**-shown), abs=CLOSE)


def test_any_model_in_any_order(open_inside: OpenInside) -> None:
    """Another model is chosen in the header: its layers stand, the drawing stays."""
    page = open_inside("?model=digits")
    for model, answers in (("letters", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), ("pooling", LABELS), ("digits", "7")):
        page.locator("#model").select_option(model)
        wait_until(page, lambda model=model: told(page)["model"] == model)
        expect(page.locator("#layers > section")).to_have_count(len(told(page)["layers"]))
        expect(page.locator("#answer-label")).to_have_text(re.compile(f"^[{''.join(answers)}]$"))
    expect(page.locator("#links")).to_be_hidden()


def test_wrong_links_are_told(open_inside: OpenInside) -> None:
    """A link to a place that the model lacks says so and shows the rest."""
    page = open_inside("?model=digits&layer=conv9&at=1,1,1&kernel=1,2,3", drawn=False)
    expect(page.locator("#notice")).to_have_text("The model digits has no layer conv9 with a number 1,1,1.")
    expect(page.locator("#own-weights input")).to_have_count(9)


def test_nothing_drawn_and_drawn_again(open_inside: OpenInside) -> None:
    """Clearing empties the maps and says so; the pinned place waits for the next drawing."""
    page = open_inside("?model=digits&layer=conv1&at=1,5,5")
    expect(page.locator("#sum .value")).to_be_visible()
    page.locator("#clear").click()
    expect(page.locator("#answer-words")).to_have_text("Draw, and every layer shows what it makes of it.")
    expect(page.locator("#sum")).to_contain_text("Draw, and its numbers appear.")
    draw(page, SEVEN)
    expect(page.locator("#sum .value")).to_be_visible()


def test_what_is_pinned_comes_back_with_its_model(open_inside: OpenInside) -> None:
    """Another model may lack the place: the link keeps it, and it is looked at again where it is."""
    page = open_inside("?layer=conv1&at=2,3,4")
    expect(page.locator("#release")).to_have_text("Unpin")
    page.get_by_label("Model").select_option("letters")
    expect(page.locator("#notice")).to_have_text("The model letters has no layer conv1 with a number 2,3,4.")
    expect(page.locator("#release")).to_be_hidden()
    assert "layer=conv1" in page.url
    page.get_by_label("Model").select_option("digits")
    expect(page.locator("#release")).to_have_text("Unpin")
    expect(page.locator("#notice")).to_be_empty()
