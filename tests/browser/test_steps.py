"""Step by step: what happens to a drawing until it is what the network sees."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import complaints
from tests.browser.drawing_input import SEVEN, draw, wait_until
from tests.browser.test_pictures import seven

OpenPage = Callable[..., Page]

SIZES = """() => Object.fromEntries([...document.querySelectorAll("[data-step]")].map((figure) => {
    const canvas = figure.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const inked = data.filter((value, i) => i % 4 === 3 && value > 0).length;
    return [figure.dataset.step, [canvas.width, canvas.height, inked]];
}))"""


def asked(page: Page) -> list[str]:
    """Collect the addresses of questions from now on."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url) if "/predict" in request.url else None)
    return addresses


def test_the_steps_are_shown_on_demand(open_page: OpenPage) -> None:
    """They are asked for only while they are open, and a link brings them back; each says what happened, and shows it."""
    page = open_page()
    addresses = asked(page)
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    assert not any("steps" in address for address in addresses)
    page.get_by_text("Step by step").click()
    expect(page.locator("[data-step=crops] span")).to_have_text("4 of 24×24")
    expect(page).to_have_url(re.compile(r"[?&]steps=1\b"))
    expect(page).to_have_url(re.compile("ink="))
    page.reload()
    expect(page.locator("[data-step=image] span")).to_have_text("28×28")
    sizes = page.evaluate(SIZES)
    width, height, _ = sizes["picture"]
    assert max(width, height) <= 112
    assert sizes["ink"][:2] == [width, height]
    assert max(sizes["scaled"][:2]) == 20
    assert sizes["image"][:2] == sizes["crops"][:2] == [28, 28]
    assert all(inked > 30 for *_, inked in sizes.values())
    left, top, right, bottom = page.locator("[data-step=ink] rect").evaluate(
        "({ x, y, width, height }) => [x, y, width, height].map((side) => side.baseVal.value)"
    )
    assert page.locator("[data-step=ink] span").text_content() == f"box {right}×{bottom}"
    assert left >= 0
    assert top >= 0
    expect(page.locator("[data-step=crops] rect")).to_have_count(4)
    page.locator("#known-line").click()
    assert complaints(page) == []
    page.get_by_text("Step by step").click()
    expect(page).not_to_have_url(re.compile("steps"))
    addresses.clear()
    draw(page, SEVEN)
    wait_until(page, lambda: addresses)
    assert not any("steps" in address for address in addresses)


def test_the_steps_follow_the_drawing(open_page: OpenPage) -> None:
    """Another choice of crops is outlined, a picture is shown in its own greys, and an empty sheet has none."""
    page = open_page("?steps=1&crops=1")
    draw(page, SEVEN)
    expect(page.locator("[data-step=crops] span")).to_have_text("1 of 24×24")
    page.get_by_role("radio", name="all").check()
    expect(page.locator("[data-step=crops] rect")).to_have_count(25)
    page.locator("#file").set_input_files({"name": "seven.png", "mimeType": "image/png", "buffer": seven(ink=255, paper=60)})
    expect(page.locator("[data-step=picture] span")).to_have_text("67×94")
    corner = page.locator("[data-step=picture] canvas").evaluate(
        "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data]"
    )
    assert corner[3] == 255
    assert abs(corner[0] - 60) <= 2
    page.locator("#clear").click()
    expect(page.locator("[data-step=picture] span")).to_be_empty()
    expect(page.locator("[data-step=crops] rect")).to_have_count(0)
