"""The occlusion map, and the drawing filtered by a custom kernel."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.inside.layer_reader import (
    TOLERANCE,
    OpenInside,
    calculation,
    explained,
    feature_maps,
    parse_numbers,
    position,
    sums,
    value,
)


def test_occlusion_map_of_each_label(open_inside: OpenInside) -> None:
    """The values are the server's, for the prediction or another label, in bits with their sign."""
    page = open_inside("?model=digits")
    canvas = page.get_by_test_id("occlusion-map").get_by_role("application")
    labels = page.get_by_role("group", name="Label to explain")
    canvas.focus()
    page.keyboard.press("ArrowDown")
    for label in ("7", "3"):
        if label != "7":
            labels.get_by_role("radio", name=label, exact=True).check()
            expect(page).to_have_url(re.compile(f"label={label}"))
            canvas.focus()
        values = explained(page, "occlusion")["occlusion"]["values"][int(label)]
        for steps in (12, 3):
            for _ in range(steps):
                page.keyboard.press("ArrowRight")
        text = page.get_by_test_id("occlusion-value")
        expect(text).to_have_text(re.compile(rf"bits for {label}\.$"))
        row, column, bits = re.search(r"Row (\d+), column (\d+): (\S+) bits", text.text_content()).groups()
        assert float(bits.replace("−", "-")) == pytest.approx(values[int(row) - 1][int(column) - 1], abs=0.006)
        page.keyboard.press("Home")
    expect(page.get_by_test_id("occlusion-map").get_by_role("img", name="Color scale")).to_contain_text("bits")
    page.reload()
    expect(labels.get_by_role("radio", name="3", exact=True)).to_be_checked()
    for radio in labels.get_by_role("radio").all():
        radio.scroll_into_view_if_needed()
        expect(radio).to_be_in_viewport(ratio=1)


def test_custom_kernel(open_inside: OpenInside) -> None:
    """The weights filter the image, ReLU and pooling follow, and the link restores the kernel."""
    page = open_inside("?model=digits")
    image = explained(page)["image"]
    weights = page.get_by_test_id("custom-weights")
    relu = page.get_by_role("checkbox", name="ReLU")
    page.get_by_role("button", name="Identity").click()
    weights.get_by_label("Row 2, column 3").fill("-2.5")
    expect(page).to_have_url(re.compile(r"kernel=0%2C0%2C0%2C0%2C1%2C-2\.5%2C0%2C0%2C0"))
    feature_maps(page, "filtered").focus()
    for key, times in (("ArrowRight", 12), ("ArrowDown", 9)):
        for _ in range(times):
            page.keyboard.press(key)
    y, x = 9, 12
    expected = (image[y + 1][x + 1] - 2.5 * image[y + 1][x + 2]) / 255
    expect(position(page)).to_have_text("filtered: row 10, column 13")
    assert parse_numbers(value(page)) == pytest.approx([expected], abs=TOLERANCE)
    products = parse_numbers(calculation(page).get_by_test_id("cells").locator("b"))
    assert sum(products) == pytest.approx(expected, abs=TOLERANCE)
    assert sums(page)["after rectified"] == pytest.approx(max(0, expected), abs=TOLERANCE)
    relu.uncheck()
    expect(page.get_by_test_id("layer-rectified")).to_have_count(0)
    page.get_by_role("radio", name="5 × 5").check()
    expect(weights.get_by_role("spinbutton")).to_have_count(25)
    expect(weights.get_by_label("Row 3, column 4")).to_have_value("-2.5")
    page.reload()
    expect(weights.get_by_label("Row 3, column 4")).to_have_value("-2.5")
    expect(relu).not_to_be_checked()
    weights.get_by_label("Row 3, column 4").fill("")
    expect(page.get_by_test_id("custom-error")).to_be_visible()
