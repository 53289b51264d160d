"""How the view Teach behaves by keyboard, on screens of every size, and in motion."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.teaching import begin, cross, teach, train, weights, write
from tests.browser.trainer_service import TrainerService

Open = Callable[..., Page]


def test_by_keyboard_alone(trainer: TrainerService, open_with_trainer: Open) -> None:
    """A lesson is begun, a stroke drawn and trained on, and a neuron looked at, without a pointer."""
    page = open_with_trainer(trainer, "teach")
    expect(page.locator("#view")).to_have_attribute("data-ready", "")
    focus(page, "start")
    page.keyboard.press("Enter")
    expect(page.locator("#drawing-canvas")).to_be_focused()
    page.keyboard.press("Space")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator("#label")).not_to_be_empty()
    focus(page, "often")
    page.keyboard.press("Enter")
    expect(page.locator("#advice")).to_contain_text("10 steps as X")
    page.locator("#modes input:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('#modes input[value="O"]')).to_be_checked()
    page.locator("#nodes canvas").focus()
    read = page.locator("#nodes output")
    page.keyboard.press("ArrowDown")
    expect(read).to_have_text(re.compile(r"^X: activation 0\.\d\d; largest weights [+−]\d\.\d\d from neuron \d+,"))
    page.keyboard.press("ArrowLeft")
    expect(read).to_have_text(
        re.compile(r"^neuron \d+: activation 0\.\d\d; .* from row \d column \d, .*; [+−]\d\.\d\d to [XO], ")
    )
    page.keyboard.press("ArrowLeft")
    expect(read).to_have_text(re.compile(r"^row \d column 6: activation [01]\.00; largest weights .* to neuron \d+"))
    page.keyboard.press("Escape")
    expect(read).to_contain_text("Point at a neuron")
    expect(page.locator("#label")).not_to_be_empty()  # it was the neuron that Escape let go, not the drawing


def focus(page: Page, id: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {id}.")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_changes_fade_unless_motion_is_reduced(trainer: TrainerService, open_with_trainer: Open, motion: str) -> None:
    """Connections that changed brighten and fade; where nothing is to move they stay marked until the next change."""
    page = open_with_trainer(trainer, "teach", reduced_motion=motion)
    begin(page)
    write(page, cross())
    train(page)
    look = "document.querySelector('#nodes canvas').toDataURL()"
    page.wait_for_timeout(300)
    early = page.evaluate(look)
    late = weights(page)
    assert (early == late) == (motion == "reduce")
    page.reload()
    expect(page.locator("#label")).not_to_be_empty()
    assert (weights(page) == late) == (motion != "reduce")  # a page that has just been opened marks nothing as changed


@pytest.mark.parametrize(("width", "height"), [(320, 568), (360, 740), (768, 1024), (1280, 800), (2560, 1440)])
def test_nothing_sticks_out(trainer: TrainerService, open_with_trainer: Open, width: int, height: int) -> None:
    """No screen scrolls sideways, and what is pressed is large enough and on the screen, before a lesson and in one."""
    page = open_with_trainer(trainer, "teach", viewport={"width": width, "height": height})
    expect(page.locator("#view")).to_have_attribute("data-ready", "")
    fits(page, width)
    begin(page)
    teach(page, "X", cross())
    fits(page, width)
    sheet = page.locator("#drawing-canvas").bounding_box()
    assert sheet["width"] == pytest.approx(sheet["height"], abs=1)
    if width >= 1280:
        page.evaluate("scrollTo(0, 0)")
        for part in ("#drawing-canvas", "#often", "#bars", "#bits", "#nodes canvas"):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)


def fits(page: Page, width: int) -> None:
    """Nothing is wider than the page, no control small."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for control in page.locator("button:visible, select:visible, #modes label:visible, #begin input:visible").all():
        box = control.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(trainer: TrainerService, open_with_trainer: Open, scheme: str) -> None:
    """Nor before a lesson nor in one."""
    page = open_with_trainer(trainer, "teach", color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator("#view")).to_have_attribute("data-ready", "")
    assert find_violations(page) == []
    begin(page)
    assert find_violations(page) == []
    teach(page, "X", cross())
    page.locator("summary").click()
    assert find_violations(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_shifts(trainer: TrainerService, lesson: Page, open_with_trainer: Open, width: int) -> None:
    """Neither opening a lesson by its link nor drawing moves what is on the page."""
    page = open_with_trainer(trainer, lesson.url.split("/", 3)[3], viewport={"width": width, "height": 800})
    page.evaluate(
        """() => {
            window.shifts = [];
            const told = ({ value, sources }) => ({
                by: value,
                what: sources.map(({ node }) => node?.id || node?.className || node?.nodeName).join(" "),
            });
            const watch = new PerformanceObserver((list) => shifts.push(...list.getEntries().map(told)));
            watch.observe({ type: "layout-shift", buffered: true });
        }"""
    )
    expect(page.locator("#modes label")).to_have_count(3)
    write(page, cross())
    expect(page.locator("#label")).not_to_be_empty()
    page.wait_for_timeout(300)
    shifts = page.evaluate("shifts")
    assert sum(shift["by"] for shift in shifts) < 0.005, shifts


def test_the_picture_of_a_network_of_ten_outputs(lesson: Page) -> None:
    """Any perceptron is drawn, sharp at any density, and a neuron under the mouse is told alone."""
    told = lesson.evaluate(
        """async () => {
            const { NetworkDiagram } = await import("/static/js/shared/network-diagram.js");
            const figure = document.createElement("figure");
            document.querySelector("#view").prepend(figure);
            const labels = [..."0123456789"];
            const net = new NetworkDiagram(figure, { sizes: [36, 12, 10], labels });
            const made = (length, make) => Array.from({ length }, (_, i) => make(i));
            const layer = (from, to) => made(from, (i) => made(to, (j) => Math.sin(i * to + j)));
            net.show({ weights: [layer(36, 12), layer(12, 10)] });
            await new Promise((resolve) => setTimeout(resolve, 300));
            const { left, top, width, height } = net.canvas.getBoundingClientRect();
            const at = { clientX: left + 0.01 * width + 10, clientY: top + height / 2 - 10 };
            net.canvas.dispatchEvent(new PointerEvent("pointermove", { ...at, pointerType: "mouse" }));
            const beyond = net.canvas.width - Math.round(width * devicePixelRatio);
            return [net.canvas.ariaLabel, figure.querySelector("output").value, beyond];
        }"""
    )
    assert told[0] == "Network: 36 to 12 to 10 neurons, 552 weights. Use the arrow keys to select a neuron."
    assert re.match(r"row 3 column 1; largest weights [+−]\d\.\d\d to neuron \d+, ", told[1])
    assert told[2] == 0
