"""The Teach view by keyboard, on screens of every size, and with reduced motion."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.locators import tool
from tests.browser.page_checks import find_layout_shifts, has_no_sideways_scroll, record_layout_shifts
from tests.browser.teaching import DIAGRAM_PIXELS, cross, diagram_pixels, draw_strokes, mode, start_lesson, teach, train
from tests.browser.trainer_service import TrainerService

pytestmark = pytest.mark.slow

OpenPage = Callable[..., Page]

SCREENS = [(320, 568), (360, 740), (768, 1024), (1280, 800), (2560, 1440)]

BAD_CONTROLS = """(controls) => controls.map((control) => [control.outerHTML.slice(0, 80), control.getBoundingClientRect()])
    .filter(([, { left, right, width, height }]) =>
        width && (left < 0 || right > innerWidth || Math.min(width, height) < 24))
    .map(([html]) => html)"""
"""The visible controls that leave the screen or are smaller than WCAG 2.2 asks for."""


def test_keyboard_alone(trainer: TrainerService, open_with_trainer: OpenPage) -> None:
    """Without a pointer, a lesson is started, a stroke drawn and trained on, and a neuron inspected."""
    page = open_with_trainer(trainer, "teach")
    expect(page.get_by_role("main")).to_have_attribute("data-ready", "")
    tab_to(page, "Start with X, O")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("drawing-canvas")).to_be_focused()
    page.keyboard.press("Space")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("label")).not_to_be_empty()
    tab_to(page, "Train 10 steps")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("training-status")).to_have_attribute("data-state", "trained")
    mode(page, "X").focus()
    page.keyboard.press("ArrowRight")
    expect(mode(page, "O")).to_be_checked()
    diagram = page.get_by_test_id("diagram")
    diagram.get_by_role("application").focus()
    output = diagram.get_by_role("status")
    page.keyboard.press("ArrowDown")
    expect(output).to_have_text(re.compile(r"^X: activation 0\.\d\d; largest weights [+−]\d\.\d\d from neuron \d+,"))
    page.keyboard.press("ArrowLeft")
    expect(output).to_have_text(
        re.compile(r"^neuron \d+: activation 0\.\d\d; .* from row \d column \d, .*; [+−]\d\.\d\d to [XO], ")
    )
    page.keyboard.press("ArrowLeft")
    expect(output).to_have_text(re.compile(r"^row \d column 6: activation [01]\.00; largest weights .* to neuron \d+"))
    page.keyboard.press("Escape")
    expect(output).not_to_contain_text("row")
    expect(page.get_by_test_id("label")).not_to_be_empty()  # Escape deselected the neuron, it didn't clear the drawing


def tab_to(page: Page, text: str) -> None:
    """Press Tab until the element with this text has the focus."""
    for _ in range(60):
        if page.evaluate("document.activeElement.textContent") == text:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {text!r}.")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_changed_weights_fade_unless_motion_is_reduced(
    trainer: TrainerService, open_with_trainer: OpenPage, motion: str
) -> None:
    """Changed weights light up and fade; with reduced motion they stay marked until the next change."""
    page = open_with_trainer(trainer, "teach", reduced_motion=motion)
    start_lesson(page)
    draw_strokes(page, cross())
    train(page)
    early = page.evaluate(DIAGRAM_PIXELS)
    page.wait_for_timeout(300)
    is_still = page.evaluate(DIAGRAM_PIXELS) == early
    late = diagram_pixels(page)
    assert is_still == (motion == "reduce")
    page.reload()
    expect(page.get_by_test_id("label")).not_to_be_empty()
    assert (diagram_pixels(page) == late) == (motion != "reduce")  # after a reload no weight is marked as changed


def test_layout_fits_every_screen(trainer: TrainerService, open_with_trainer: OpenPage) -> None:
    """No screen scrolls sideways, controls are large enough and on the screen; a desktop shows all main parts at once."""
    page = open_with_trainer(trainer, "teach")
    expect(page.get_by_role("main")).to_have_attribute("data-ready", "")
    check_screens(page)
    start_lesson(page)
    teach(page, "X", cross())
    check_screens(page)
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        canvas = page.get_by_test_id("drawing-canvas").bounding_box()
        assert canvas["width"] == pytest.approx(canvas["height"], abs=1), width
        if width < 1280:
            continue
        page.evaluate("scrollTo(0, 0)")
        diagram = page.get_by_test_id("diagram").get_by_role("application")
        parts = [page.get_by_test_id(name) for name in ("drawing-canvas", "probabilities", "bits")]
        for part in (*parts, page.get_by_role("button", name="Train 10 steps"), diagram):
            expect(part).to_be_in_viewport(ratio=1)


def check_screens(page: Page) -> None:
    """Nothing is wider than the page, and no control is too small."""
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert has_no_sideways_scroll(page), width
        controls = page.locator("button, select, .modes label, .new-lesson input")
        assert controls.evaluate_all(BAD_CONTROLS) == [], width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe(trainer: TrainerService, open_with_trainer: OpenPage, scheme: str) -> None:
    """axe finds no violations before and during a lesson."""
    page = open_with_trainer(trainer, "teach", color_scheme=scheme, reduced_motion="reduce")
    expect(page.get_by_role("main")).to_have_attribute("data-ready", "")
    assert find_violations(page) == []
    start_lesson(page)
    assert find_violations(page) == []
    teach(page, "X", cross())
    page.get_by_text("Start over").click()
    assert find_violations(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_no_layout_shift(trainer: TrainerService, lesson: Page, open_with_trainer: OpenPage, width: int) -> None:
    """Opening a lesson by its link and drawing move nothing."""
    page = open_with_trainer(trainer, lesson.url.split("/", 3)[3], viewport={"width": width, "height": 800})
    record_layout_shifts(page)
    expect(mode(page, "Test")).to_be_visible()
    draw_strokes(page, cross())
    expect(page.get_by_test_id("label")).not_to_be_empty()
    assert find_layout_shifts(page) == []
    expect(tool(page, "Undo")).to_be_enabled()


def test_diagram_of_a_network_with_ten_outputs(lesson: Page) -> None:
    """The diagram shows any perceptron at the screen's resolution, and describes the neuron under the mouse."""
    label, description, excess = lesson.evaluate(
        """async () => {
            const { NetworkDiagram } = await import("/static/js/shared/network-diagram.js");
            const figure = document.createElement("figure");
            document.querySelector("main").prepend(figure);
            const diagram = new NetworkDiagram(figure, { sizes: [36, 12, 10], labels: [..."0123456789"] });
            const list = (length, create) => Array.from({ length }, (_, i) => create(i));
            const layer = (from, to) => list(from, (i) => list(to, (j) => Math.sin(i * to + j)));
            diagram.show({ weights: [layer(36, 12), layer(12, 10)] });
            await new Promise((resolve) => setTimeout(resolve, 300));
            const { left, top, width, height } = diagram.canvas.getBoundingClientRect();
            const position = { clientX: left + 0.01 * width + 10, clientY: top + height / 2 - 10 };
            diagram.canvas.dispatchEvent(new PointerEvent("pointermove", { ...position, pointerType: "mouse" }));
            const excess = diagram.canvas.width - Math.round(width * devicePixelRatio);
            return [diagram.canvas.ariaLabel, figure.querySelector("output").value, excess];
        }"""
    )
    assert "36 to 12 to 10" in label
    assert "552" in label
    assert re.match(r"row 3 column 1; largest weights [+−]\d\.\d\d to neuron \d+, ", description)
    assert excess == 0
