"""How values are computed: the displayed terms add up to the server's values."""

import math
import re

import pytest
from playwright.sync_api import expect

from tests.browser.inside.layer_reader import (
    TOLERANCE,
    OpenInside,
    activation,
    calculation,
    explained,
    feature_maps,
    flat,
    layer_result,
    panel,
    parse_number,
    parse_numbers,
    position,
    select,
    sums,
    value,
)
from tests.browser.inside.models import UNKNOWN


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layer", "at"),
    [("conv1", (3, 4, 7)), ("conv1", (16, 10, 10)), ("conv2", (14, 3, 3)), ("conv2", (48, 5, 5)), ("conv3", (2, 1, 5))],
)
def test_convolution_adds_up(open_inside: OpenInside, layer: str, at: tuple) -> None:
    """Products add up to the sum on a map, the sums of all maps to the total, and with the bias to the server's value."""
    page = open_inside(f"?model=digits&layer={layer}&at={','.join(map(str, at))}")
    expected = activation(page, layer, at)
    expect(value(page)).to_have_text(re.compile(r"\d"))
    assert parse_numbers(value(page)) == pytest.approx([expected], abs=TOLERANCE)
    terms = sums(page)
    assert terms[layer] == pytest.approx(expected, abs=TOLERANCE)
    cells = calculation(page).get_by_test_id("cells").get_by_role("cell")
    products = parse_numbers(cells.locator("b"))
    assert len(products) == (25 if layer == "conv1" else 9)
    factors = parse_numbers(cells.locator("span"))
    for left, right, product in zip(factors[::2], factors[1::2], products, strict=True):
        assert left * right == pytest.approx(product, abs=TOLERANCE)
    map_sums = parse_numbers(calculation(page).get_by_role("group", name="Sum on each map").locator("span:last-child"))
    if layer == "conv1":
        total = terms["sum of the products"]
        assert sum(products) == pytest.approx(total, abs=TOLERANCE)
    else:
        total = terms[f"all {len(map_sums)} maps"]
        assert sum(map_sums) == pytest.approx(total, abs=TOLERANCE)
        assert map_sums == sorted(map_sums, key=abs, reverse=True)
        assert sum(products) == pytest.approx(map_sums[0], abs=TOLERANCE)
    assert total + terms["bias"] == pytest.approx(expected, abs=TOLERANCE)
    assert terms[f"after {layer}_relu"] == pytest.approx(max(0, expected), abs=TOLERANCE)


def test_pictures_of_a_calculation_have_one_scale(open_inside: OpenInside) -> None:
    """The scales of kernel and products are stated, and are the same for every pixel of a layer."""
    page = open_inside("?model=digits&layer=conv2&at=14,3,3")
    captions = calculation(page).locator("figcaption span")
    expect(captions).to_have_count(4)
    scales = captions.all_text_contents()
    largest = max(abs(weight) for weight in flat(layer_result(page, "conv2", "kernels")["kernel"]))
    inputs = max(flat(layer_result(page, "conv1_relu")["activations"]))
    assert parse_numbers(captions) == pytest.approx([inputs, inputs, largest, largest * inputs], abs=0.06)
    feature_maps(page, "conv2").press("ArrowRight")
    expect(position(page)).to_contain_text("column 4")
    expect(captions).to_have_text(scales)


def test_input_map_is_selected(open_inside: OpenInside) -> None:
    """Any input map can be selected to see its products, and the focus stays on it."""
    page = open_inside("?model=digits&layer=conv2&at=14,3,3")
    buttons = calculation(page).get_by_role("group", name="Sum on each map").get_by_role("button")
    name, number = (buttons.nth(3).locator("span").nth(i).text_content() for i in (0, 1))
    buttons.nth(3).press("Enter")
    selected = calculation(page).get_by_role("button", pressed=True)
    expect(selected).to_have_count(1)
    expect(selected).to_be_focused()
    expect(selected.locator("span").first).to_have_text(name)
    products = parse_numbers(calculation(page).get_by_test_id("cells").locator("b"))
    assert sum(products) == pytest.approx(parse_number(number), abs=TOLERANCE)


def test_kernel_is_selected(open_inside: OpenInside) -> None:
    """The kernels of the selected map are shown, one per input map; selecting one shows its products."""
    page = open_inside("?model=digits&layer=conv2&at=14,3,3")
    conv2 = panel(page, "conv2")
    conv2.get_by_text("Kernels", exact=True).click()
    expect(conv2.locator("details").first).to_contain_text("16 kernels of map 14")
    conv2.get_by_role("application", name="Kernels of conv2").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(calculation(page).get_by_role("button", pressed=True)).to_have_text(re.compile("^map 5"))
    expect(position(page)).to_have_text("conv2: map 14, row 3, column 3")


def test_max_pooling_marks_the_maximum(open_inside: OpenInside) -> None:
    """The marked value is the largest of its window, and the server's value."""
    page = open_inside("?model=pooling")
    select(page, "max_pool", (2, 3, 4))
    cells = calculation(page).get_by_test_id("cells").get_by_role("cell")
    window = parse_numbers(cells.locator("span"))
    assert len(window) == 4
    marked = cells.filter(has_text="✓")
    expect(marked).to_have_count(1)
    maximum = parse_numbers(marked.locator("span"))
    assert maximum == [max(window)] == pytest.approx([activation(page, "max_pool", (2, 3, 4))], abs=TOLERANCE)


def test_average_pooling_and_unknown_layer(open_inside: OpenInside) -> None:
    """A mean is the sum divided by the number of values; a layer of an unknown kind is shown with its values."""
    page = open_inside("?model=pooling")
    select(page, "average_pool", (3, 2, 1))
    terms = sums(page)
    mean = terms["divided by 9"]
    assert terms["sum of 9 values"] / 9 == pytest.approx(mean, abs=TOLERANCE)
    assert mean == pytest.approx(activation(page, "average_pool", (3, 2, 1)), abs=TOLERANCE)
    expect(panel(page, "hard")).to_contain_text(UNKNOWN)
    select(page, "hard", (2, 2, 2))
    expect(calculation(page)).to_contain_text(UNKNOWN)
    assert parse_numbers(value(page)) == pytest.approx([activation(page, "hard", (2, 2, 2))], abs=TOLERANCE)


def test_dense_layer_and_softmax_add_up(open_inside: OpenInside) -> None:
    """Inputs in favor and against add up to the logit; the exponentials divided by their sum are the probabilities."""
    page = open_inside("?model=digits")
    select(page, "dense", (8, 1, 1))
    logit = activation(page, "dense", (8, 1, 1))
    terms = sums(page)
    assert terms["in favor"] + terms["against"] + terms["bias"] == pytest.approx(terms["dense"], abs=TOLERANCE)
    assert terms["dense"] == pytest.approx(logit, abs=TOLERANCE)
    columns = [parse_numbers(calculation(page).locator(f"table td:nth-child({i})")) for i in (2, 3, 4)]
    assert len(columns[0]) > 1
    for left, right, product in zip(*columns, strict=True):
        assert left * right == pytest.approx(product, abs=TOLERANCE)
    scale = layer_result(page, "temperature")["scale"]
    expect(panel(page, "temperature")).to_contain_text(f"T = {1 / scale:.4f}")
    assert terms["after temperature"] == pytest.approx(logit * scale, abs=TOLERANCE)
    select(page, "softmax", (8, 1, 1))
    exponentials, probabilities = (parse_numbers(calculation(page).locator(f"tbody td:nth-child({i})")) for i in (3, 4))
    assert sum(probabilities) == pytest.approx(1, abs=TOLERANCE)
    assert probabilities == pytest.approx(explained(page)["probabilities"], abs=TOLERANCE)
    assert [each / sum(exponentials) for each in exponentials] == pytest.approx(probabilities, abs=TOLERANCE)


def test_perceptron_is_explained(open_inside: OpenInside) -> None:
    """A bit is explained by the threshold, and a neuron by its sum and the sigmoid."""
    page = open_inside("?model=perceptron")
    select(page, "threshold", (1, 2, 3))
    expect(calculation(page)).to_contain_text("≥ 40.0000")
    select(page, "hidden", (2, 1, 1))
    terms = sums(page)
    assert terms["hidden"] == pytest.approx(activation(page, "hidden", (2, 1, 1)), abs=TOLERANCE)
    assert terms["after hidden_sigmoid"] == pytest.approx(1 / (1 + math.exp(-terms["hidden"])), abs=TOLERANCE)
