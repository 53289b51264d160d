"""The evidence on the drawing, and the drawing through a kernel of one's own."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.inside.layer_reader import CLOSE, OpenInside, maps, numbers, told


def test_evidence_for_each_label(open_inside: OpenInside) -> None:
    """The evidence is the server's, for the answer or another label, told in bits with its sign for the pixel looked at."""
    page = open_inside("?model=digits")
    canvas = page.locator("#evidence-map canvas")
    canvas.focus()
    page.keyboard.press("ArrowDown")
    for label in ("7", "3"):
        if label != "7":
            page.get_by_role("radio", name=label, exact=True).check()
            expect(page).to_have_url(re.compile(f"label={label}"))
            canvas.focus()
        values = told(page, "evidence")["evidence"]["values"][int(label)]
        for steps in (12, 3):
            for _ in range(steps):
                page.keyboard.press("ArrowRight")
        said = page.locator("#evidence-value")
        expect(said).to_have_text(re.compile(rf"bits for {label}\.$"))
        row, column, value = re.search(r"Row (\d+), column (\d+): (\S+) bits", said.text_content()).groups()
        assert float(value.replace("−", "-")) == pytest.approx(values[int(row) - 1][int(column) - 1], abs=0.006)
        page.keyboard.press("Home")
    page.reload()
    expect(page.get_by_role("radio", name="3", exact=True)).to_be_checked()


def test_a_kernel_of_ones_own(open_inside: OpenInside) -> None:
    """The numbers typed in make the map that is shown, with its sums; ReLU and pooling follow; the link keeps the kernel."""
    page = open_inside("?model=digits")
    image = told(page)["image"]
    page.get_by_role("button", name="Identity").click()
    page.get_by_label("Row 2, column 3").fill("-2.5")
    expect(page).to_have_url(re.compile(r"kernel=0%2C0%2C0%2C0%2C1%2C-2\.5%2C0%2C0%2C0"))
    canvas = maps(page, "filtered")
    canvas.focus()
    for key, times in (("ArrowRight", 12), ("ArrowDown", 9)):
        for _ in range(times):
            page.keyboard.press(key)
    y, x = 9, 12
    wanted = (image[y + 1][x + 1] - 2.5 * image[y + 1][x + 2]) / 255
    expect(page.locator("#sum .place")).to_have_text("filtered: row 10, column 13")
    assert numbers(page.locator("#sum .value")) == pytest.approx([wanted], abs=CLOSE)
    assert sum(numbers(page.locator(".cells b"))) == pytest.approx(wanted, abs=CLOSE)
    expect(page.locator(".ledger").last).to_contain_text("then rectified makes of it")
    page.locator("#own-relu").uncheck()
    expect(page.locator("#layer-rectified")).to_have_count(0)
    page.get_by_role("radio", name="5 × 5").check()
    expect(page.locator("#own-weights input")).to_have_count(25)
    expect(page.get_by_label("Row 3, column 4")).to_have_value("-2.5")
    page.reload()
    expect(page.get_by_label("Row 3, column 4")).to_have_value("-2.5")
    expect(page.locator("#own-relu")).not_to_be_checked()
    page.get_by_label("Row 3, column 4").fill("")
    expect(page.locator("#own-problem")).to_be_visible()
