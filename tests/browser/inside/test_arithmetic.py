"""Every number with the arithmetic that made it: what is shown adds up to what the server tells."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.inside.layer_reader import CLOSE, OpenInside, activation, layer_told, look, number, numbers, told
from tests.browser.inside.models import UNKNOWN


@pytest.mark.parametrize(
    ("layer", "at"),
    [("conv1", (3, 4, 7)), ("conv1", (16, 10, 10)), ("conv2", (14, 3, 3)), ("conv2", (48, 5, 5)), ("conv3", (2, 1, 5))],
)
def test_products_add_up(open_inside: OpenInside, layer: str, at: tuple) -> None:
    """Products add up to a map's sum, the maps' sums to the whole, and with the bias to the number that the server tells."""
    page = open_inside(f"?model=digits&layer={layer}&at={','.join(map(str, at))}")
    wanted = activation(page, layer, at)
    expect(page.locator("#sum .value")).to_have_text(re.compile(r"\d"))
    assert numbers(page.locator("#sum .value")) == pytest.approx([wanted], abs=CLOSE)
    ledger = dict(
        zip(page.locator(".ledger dt").all_text_contents(), numbers(page.locator(".ledger dd")), strict=True),
    )
    assert ledger[layer] == pytest.approx(wanted, abs=CLOSE)
    products = numbers(page.locator(".cells b"))
    assert len(products) == (25 if layer == "conv1" else 9)
    for cell in page.locator(".cells td").all():
        value, weight = numbers(cell.locator("span"))
        assert value * weight == pytest.approx(number(cell.locator("b").text_content()), abs=CLOSE)
    sums = numbers(page.locator(".map-sums button span:last-child"))
    if layer == "conv1":
        whole = ledger["sum of the products"]
        assert sum(products) == pytest.approx(whole, abs=CLOSE)
    else:
        whole = ledger[f"all {len(sums)} maps"]
        assert sum(sums) == pytest.approx(whole, abs=CLOSE)
        assert sums == sorted(sums, key=abs, reverse=True)
        assert sum(products) == pytest.approx(sums[0], abs=CLOSE)
    assert whole + ledger["bias"] == pytest.approx(wanted, abs=CLOSE)
    assert ledger[f"then {layer}_relu makes of it"] == pytest.approx(max(0, wanted), abs=CLOSE)


def test_another_map_before_is_chosen(open_inside: OpenInside) -> None:
    """Of many maps before, any is chosen to see its products, and the keyboard stays where it is."""
    page = open_inside("?model=digits&layer=conv2&at=14,3,3")
    button = page.locator(".map-sums button").nth(3)
    name, wanted = button.locator("span").first.text_content(), number(button.locator("span").last.text_content())
    button.press("Enter")
    chosen = page.locator(".map-sums button[aria-pressed=true]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_be_focused()
    expect(chosen.locator("span").first).to_have_text(name)
    assert sum(numbers(page.locator(".cells b"))) == pytest.approx(wanted, abs=CLOSE)


def test_kernels_are_pictures_to_choose_from(open_inside: OpenInside) -> None:
    """The kernels of the map looked at stand as pictures, one a map before; choosing one shows its products."""
    page = open_inside("?model=digits&layer=conv2&at=14,3,3")
    page.locator("#layer-conv2 .kernels summary").click()
    expect(page.locator("#layer-conv2 .kernels .hint")).to_contain_text("The 16 kernels of map 14")
    page.locator("#layer-conv2 .kernels canvas").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".map-sums [aria-pressed=true] span").first).to_have_text("map 5")
    expect(page.locator("#sum .place")).to_have_text("conv2: map 14, row 3, column 3")


def test_pooling_shows_what_it_keeps(open_inside: OpenInside) -> None:
    """Pooling marks the largest of its window; it is what the server tells."""
    page = open_inside("?model=pooling")
    pool = next(layer["name"] for layer in told(page)["layers"] if layer["kind"] == "MaxPooling2D")
    look(page, pool, (2, 3, 4))
    window = numbers(page.locator(".cells span"))
    assert len(window) == 4
    expect(page.locator(".cells b")).to_have_text("✓ kept")
    kept = numbers(page.locator(".cells td:has(b) span"))
    assert kept == [max(window)] == pytest.approx([activation(page, pool, (2, 3, 4))], abs=CLOSE)


def test_means_of_maps_and_unknown_steps(open_inside: OpenInside) -> None:
    """A map's mean is its sum by its size; a step that the page has no words for is shown by its own name, with its numbers."""
    page = open_inside("?model=pooling")
    mean = next(layer["name"] for layer in told(page)["layers"] if layer["kind"] == "GlobalAveragePooling2D")
    look(page, mean, (3, 1, 1))
    total, shown = numbers(page.locator(".ledger dd"))[:2]
    assert total / 36 == pytest.approx(shown, abs=CLOSE)
    assert shown == pytest.approx(activation(page, mean, (3, 1, 1)), abs=CLOSE)
    strange = next(layer["name"] for layer in told(page)["layers"] if layer["kind"] == UNKNOWN)
    expect(page.locator(f"#layer-{strange} .kind")).to_have_text(UNKNOWN)
    look(page, strange, (2, 2, 2))
    expect(page.locator("#sum")).to_contain_text(f"Made by {UNKNOWN}")
    assert numbers(page.locator("#sum .value")) == pytest.approx([activation(page, strange, (2, 2, 2))], abs=CLOSE)


def test_the_dense_layer_and_softmax_in_numbers(open_inside: OpenInside) -> None:
    """What speaks for and against a label adds up to its logit; the powers of all logits, by their sum, are the answer."""
    page = open_inside("?model=digits")
    look(page, "dense", (8, 1, 1))
    logit = activation(page, "dense", (8, 1, 1))
    *parts, shown, after = numbers(page.locator(".ledger dd"))
    assert sum(parts) == pytest.approx(shown, abs=CLOSE)
    assert shown == pytest.approx(logit, abs=CLOSE)
    for value, weight, product in zip(*(numbers(page.locator(f".terms td:nth-child({i})")) for i in (2, 3, 4)), strict=True):
        assert value * weight == pytest.approx(product, abs=CLOSE)
    scale = layer_told(page, "temperature")["scale"]
    assert after == pytest.approx(logit * scale, abs=CLOSE)
    look(page, "softmax", (8, 1, 1))
    powers, probabilities = (numbers(page.locator(f".terms tbody td:nth-child({i})")) for i in (3, 4))
    assert sum(probabilities) == pytest.approx(1, abs=CLOSE)
    assert probabilities == pytest.approx(told(page)["probabilities"], abs=CLOSE)
    assert [power / sum(powers) for power in powers] == pytest.approx(probabilities, abs=CLOSE)
