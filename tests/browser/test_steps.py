"""The steps from a drawing to the network's input."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.drawing_input import SEVEN, draw, wait_until
from tests.browser.locators import tool, upload
from tests.browser.test_pictures import make_seven

OpenPage = Callable[..., Page]

SIZES = """() => Object.fromEntries([...document.querySelectorAll("[data-step]")].map((figure) => {
    const canvas = figure.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const ink = data.filter((value, i) => i % 4 === 3 && value > 0).length;
    return [figure.dataset.step, [canvas.width, canvas.height, ink]];
}))"""
"""Width, height and number of inked pixels of each step's canvas."""


def record_urls(page: Page) -> list[str]:
    """Collect the URLs of requests for predictions from now on."""
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url) if "/predict?" in request.url else None)
    return urls


def caption(page: Page, step: str):
    """The measurements of a step."""
    return page.get_by_test_id(f"step-{step}").locator("span")


def test_steps_are_requested_only_when_open(open_page: OpenPage) -> None:
    """They are requested while the details are open, restored by the link, and show sizes that fit together."""
    page = open_page()
    page.monitor.allow_message("willReadFrequently")
    urls = record_urls(page)
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    assert not any("steps" in url for url in urls)
    page.get_by_text("Step by step").click()
    expect(caption(page, "crops")).to_have_text("4 of 24×24")
    expect(page).to_have_url(re.compile(r"[?&]steps=1\b"))
    expect(page).to_have_url(re.compile("ink="))
    page.reload()
    expect(caption(page, "image")).to_have_text("28×28")
    sizes = page.evaluate(SIZES)
    width, height, _ = sizes["picture"]
    assert max(width, height) <= 112
    assert sizes["ink"][:2] == [width, height]
    assert max(sizes["scaled"][:2]) == 20
    assert sizes["image"][:2] == sizes["crops"][:2] == [28, 28]
    assert all(ink > 30 for *_, ink in sizes.values())
    left, top, right, bottom = (
        page.get_by_test_id("step-ink")
        .locator("rect")
        .evaluate("({ x, y, width, height }) => [x, y, width, height].map((side) => side.baseVal.value)")
    )
    assert caption(page, "ink").text_content() == f"box {right}×{bottom}"
    assert left >= 0
    assert top >= 0
    expect(page.get_by_test_id("step-crops").locator("rect")).to_have_count(4)
    page.get_by_test_id("confidence-summary").click()
    assert find_violations(page) == []
    page.get_by_text("Step by step").click()
    expect(page).not_to_have_url(re.compile("steps"))
    urls.clear()
    draw(page, SEVEN)
    wait_until(page, lambda: urls)
    assert not any("steps" in url for url in urls)


def test_steps_follow_the_drawing(open_page: OpenPage) -> None:
    """Other crops are outlined, a picture is shown in its own grays, and an empty canvas has no steps."""
    page = open_page("?steps=1&crops=1")
    page.monitor.allow_message("willReadFrequently")
    draw(page, SEVEN)
    expect(caption(page, "crops")).to_have_text("1 of 24×24")
    page.get_by_role("radio", name="all").check()
    expect(page.get_by_test_id("step-crops").locator("rect")).to_have_count(25)
    upload(page, make_seven(ink=255, paper=60))
    expect(caption(page, "picture")).to_have_text("67×94")
    corner = (
        page.get_by_test_id("step-picture")
        .locator("canvas")
        .evaluate("(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data]")
    )
    assert corner[3] == 255
    assert abs(corner[0] - 60) <= 2
    tool(page, "Clear").click()
    expect(caption(page, "picture")).to_be_empty()
    expect(page.get_by_test_id("step-crops").locator("rect")).to_have_count(0)
