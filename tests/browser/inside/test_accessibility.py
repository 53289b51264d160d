"""The Inside view on screens of every size, its accessibility, and its error states."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.axe import find_violations
from tests.browser.drawing_input import SEVEN, draw, wait_until_idle
from tests.browser.inside.layer_reader import OpenInside, explained, feature_maps, position, select, value
from tests.browser.locators import tool, upload
from tests.browser.page_checks import find_layout_shifts, has_no_sideways_scroll, record_layout_shifts
from tests.browser.service import Service

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("model", ["digits", "perceptron"])
def test_view_fits_every_desktop(open_inside: OpenInside, model: str) -> None:
    """No screen scrolls sideways, and the calculation is visible next to the map that is pointed at."""
    page = open_inside(f"?model={model}")
    maps = feature_maps(page, explained(page)["layers"][1]["name"])
    for width, height in ((2560, 1440), (1280, 800), (768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        assert has_no_sideways_scroll(page)
        wait_until_idle(page)
        maps.scroll_into_view_if_needed()
        box = maps.bounding_box()
        page.mouse.move(1, 1)
        page.mouse.move(box["x"] + box["width"] / 3, box["y"] + min(box["height"], 60) / 3)
        expect(value(page)).to_be_in_viewport(ratio=1)
        assert has_no_sideways_scroll(page)


def test_view_fits_a_phone(open_inside: OpenInside) -> None:
    """A tap pins a value in a panel at the bottom, buttons move by a pixel, and the panel closes."""
    page = open_inside("?model=digits", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    assert has_no_sideways_scroll(page)
    feature_maps(page, "conv2").scroll_into_view_if_needed()
    feature_maps(page, "conv2").tap(position={"x": 3, "y": 3})
    expect(position(page)).to_have_text("conv2: map 1, row 1, column 1")
    expect(position(page)).to_be_in_viewport(ratio=1)
    expect(value(page)).to_be_in_viewport(ratio=1)
    arrows = page.get_by_role("group", name="Move by a pixel")
    for name, at in (("Right", "row 1, column 2"), ("Down", "row 2, column 2")):
        arrows.get_by_role("button", name=name).tap()
        expect(position(page)).to_have_text(f"conv2: map 1, {at}")
    expect(page).to_have_url(re.compile("at=1%2C2%2C2"))
    assert has_no_sideways_scroll(page)
    panel = page.get_by_role("complementary")
    assert panel.bounding_box()["height"] <= 0.35 * 740
    page.get_by_role("button", name="Less").tap()
    expect(panel.get_by_role("table")).to_have_count(0)
    expect(value(page)).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Unpin").tap()
    expect(panel).to_be_hidden()


def test_blank_picture_is_reported(open_inside: OpenInside) -> None:
    """A picture without ink shows an error and no activations of the previous drawing."""
    page = open_inside("?model=digits")
    page.monitor.allow_message("400|422")
    blank = io.BytesIO()
    Image.new("L", (40, 40), 255).save(blank, "PNG")
    upload(page, blank.getvalue(), "blank.png")
    status = page.get_by_test_id("status")
    expect(status).to_have_attribute("data-code", "empty_picture")
    expect(status).to_be_visible()
    expect(page.get_by_test_id("label")).to_be_empty()
    tool(page, "Undo").click()
    expect(page.get_by_test_id("label")).to_have_text("7")
    expect(status).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1280])
def test_layout_does_not_shift(open_inside: OpenInside, width: int) -> None:
    """Neither loading nor activations move anything."""
    page = open_inside("?model=digits", viewport={"width": width, "height": 800})
    record_layout_shifts(page)
    wait_until_idle(page)
    assert find_layout_shifts(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_view_is_accessible(open_inside: OpenInside, scheme: str) -> None:
    """axe finds nothing, with the calculation of a convolution and of a dense layer, and all details open."""
    page = open_inside("?model=digits&layer=conv2&at=14,3,3", color_scheme=scheme, reduced_motion="reduce")
    assert find_violations(page) == []
    page.get_by_role("button", name="Unpin").click()
    select(page, "dense", (8, 1, 1))
    page.locator("details").evaluate_all("(all) => all.forEach((each) => { each.open = true; })")
    assert find_violations(page) == []


def test_page_recovers_from_server_restart(models: Path, tmp_path: Path, new_context: Callable) -> None:
    """While the server is down the layers stay; what is drawn meanwhile is explained when it is back."""
    with Service(models, tmp_path) as service:
        context, monitor = new_context(service.address)
        monitor.allow_message("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET")
        page = context.new_page()
        page.goto("/inside?model=digits")
        panels = page.get_by_test_id("layers").locator("> section")
        expect(panels).to_have_count(13)
        draw(page, SEVEN)
        expect(page.get_by_test_id("label")).to_have_text("7")
        service.stop()
        tool(page, "Clear").click()
        draw(page, [(0.5, 0.2), (0.5, 0.8)])
        expect(page.get_by_test_id("status")).to_have_attribute("data-code", "server_down")
        expect(panels).to_have_count(13)
        service.start()
        expect(page.get_by_test_id("label")).to_have_text("1")
        expect(page.get_by_test_id("status")).to_be_hidden()


def test_replaced_model_is_reloaded(open_inside: OpenInside) -> None:
    """Activations of a new version are never combined with kernels of the old one: the kernels are requested first."""
    page = open_inside("?model=digits", drawn=False)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url) if "show=kernels" in request.url else None)

    def change_version(route) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers=response.headers | {"x-inkling-model": "digits; sha256=other"})

    page.route("**/explain*", change_version)
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    assert requested
