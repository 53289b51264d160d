"""How the view lies on screens of every size, how calmly it comes and follows, and what it says of trouble."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.axe import complaints
from tests.browser.drawing_input import SEVEN, draw, on_page
from tests.browser.inside.layer_reader import OpenInside, look, maps, told
from tests.browser.main_thread_tasks import tasks_of
from tests.browser.service import Service


@pytest.mark.parametrize("model", ["digits", "perceptron"])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (768, 1024), (1280, 800), (2560, 1440)])
def test_it_fits_every_screen(open_inside: OpenInside, model: str, width: int, height: int) -> None:
    """No screen scrolls sideways, and the arithmetic is in sight where a map is tapped or pointed at."""
    page = open_inside(f"?model={model}", viewport={"width": width, "height": height}, has_touch=width < 500)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    name = told(page)["layers"][1]["name"]
    canvas = maps(page, name)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    place = (box["x"] + box["width"] / 3, box["y"] + min(box["height"], 60) / 3)
    if width < 500:
        page.touchscreen.tap(*place)
    else:
        page.mouse.move(*place)
    expect(page.locator("#sum .value")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_fingers_go_pixel_by_pixel(open_inside: OpenInside) -> None:
    """On a phone a tap pins a number in a panel at the bottom, buttons go from pixel to pixel, and the panel closes."""
    page = open_inside("?model=digits", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    maps(page, "conv2").scroll_into_view_if_needed()
    maps(page, "conv2").tap(position={"x": 3, "y": 3})
    place = page.locator("#sum .place")
    expect(place).to_have_text("conv2: map 1, row 1, column 1")
    expect(place).to_be_in_viewport(ratio=1)
    for name, column in (("To the right", "row 1, column 2"), ("Down", "row 2, column 2")):
        page.get_by_role("button", name=name).tap()
        expect(place).to_have_text(f"conv2: map 1, {column}")
    expect(page).to_have_url(re.compile("at=1%2C2%2C2"))
    page.locator("#release").tap()
    expect(page.locator("#inspector")).to_be_hidden()


def test_a_refused_picture_is_told(open_inside: OpenInside) -> None:
    """A picture without ink is told to be blank, and no map of an older drawing stands beside that."""
    page = open_inside("?model=digits")
    page.watch.expect("400|422")
    blank = io.BytesIO()
    Image.new("L", (40, 40), 255).save(blank, "PNG")
    page.locator("#file").set_input_files({"name": "blank.png", "mimeType": "image/png", "buffer": blank.getvalue()})
    expect(page.locator("#trouble")).to_have_text("This picture is blank: there is no ink to look at.")
    expect(page.locator("#answer-label")).to_be_empty()
    page.locator("#undo").click()
    expect(page.locator("#answer-label")).to_have_text("7")
    expect(page.locator("#trouble")).to_be_hidden()


def test_drawing_stays_smooth(open_inside: OpenInside) -> None:
    """No task takes 50 ms of the processor while all maps, a pinned sum and a kernel of one's own follow the pen."""
    page = open_inside("?model=digits&layer=conv3&at=2,1,5")
    with tasks_of(page) as spent:
        first, *rest = on_page(page, SEVEN)
        page.mouse.move(**first)
        page.mouse.down()
        for position in rest:
            page.mouse.move(**position)
            page.wait_for_timeout(16)
        page.mouse.up()
        page.wait_for_timeout(800)
    assert len(spent) > 100
    assert max(spent) < 50


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_shifts(open_inside: OpenInside, width: int) -> None:
    """Neither loading nor an answer nor a number looked at moves what is on the page."""
    page = open_inside("?model=digits", viewport={"width": width, "height": 800})
    page.evaluate(
        """() => {
            window.shifts = [];
            new PerformanceObserver((list) => shifts.push(...list.getEntries().map((entry) => ({
                by: entry.value,
                what: entry.sources.map(({ node }) => node?.id || node?.className || node?.parentElement?.id).join(" "),
            })))).observe({ type: "layout-shift", buffered: true });
        }"""
    )
    page.wait_for_timeout(300)
    shifts = page.evaluate("shifts")
    assert sum(shift["by"] for shift in shifts) < 0.005, shifts


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_inside: OpenInside, scheme: str) -> None:
    """axe-core finds nothing on the view, drawn, with a sum of a convolution, of a dense layer and of a perceptron."""
    page = open_inside("?model=digits&layer=conv2&at=14,3,3", color_scheme=scheme, reduced_motion="reduce")
    assert complaints(page) == []
    page.locator("#release").click()
    look(page, "dense", (8, 1, 1))
    page.locator("details").evaluate_all("(all) => all.forEach((each) => { each.open = true; })")
    assert complaints(page) == []


def test_a_server_that_goes_and_comes_back(models: Path, tmp_path: Path, new_context: Callable) -> None:
    """What is shown stays while the server is gone, the page says so, and what was drawn meanwhile is looked into by itself."""
    with Service(models, tmp_path) as service:
        context, watch = new_context(service.address)
        watch.expect("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET")
        page = context.new_page()
        page.goto("/inside?model=digits")
        expect(page.locator(".layer")).not_to_have_count(0)
        draw(page, SEVEN)
        expect(page.locator("#answer-label")).to_have_text("7")
        service.stop()
        page.locator("#clear").click()
        draw(page, [(0.5, 0.2), (0.5, 0.8)])
        expect(page.locator("#trouble")).to_contain_text("this page tries again by itself")
        expect(page.locator("#layers > section")).to_have_count(13)
        service.start()
        expect(page.locator("#answer-label")).to_have_text("1")
        expect(page.locator("#trouble")).to_be_hidden()


def test_a_model_that_changes_is_looked_into_anew(open_inside: OpenInside) -> None:
    """Numbers of a new version are never added up with kernels of an old one: its kernels are asked for first."""
    page = open_inside("?model=digits", drawn=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "show=kernels" in request.url else None)

    def renew(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"x-inkling-model": "digits; sha256=other"})

    page.route("**/explain*", renew)
    draw(page, SEVEN)
    expect(page.locator("#answer-label")).to_have_text("7")
    assert asked
