"""The Teach view with a real trainer: lessons are started, trained, undone, saved and published."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import draw_with_finger, draw_with_stylus, wait_until
from tests.browser.locators import bar_labels, best_bar, tool
from tests.browser.service import Service
from tests.browser.teaching import (
    TEST_DRAWINGS,
    TRAINING_DRAWINGS,
    cross,
    diagram_pixels,
    draw_strokes,
    drawing_counts,
    lesson_id,
    loss_chart,
    mode,
    ring,
    start_lesson,
    teach,
    thumbnails,
    train,
)
from tests.browser.trainer_service import TIMEOUT, ConnectedServer, TrainerService

OpenPage = Callable[..., Page]


@pytest.mark.slow
def test_twelve_drawings_are_enough(trainer: TrainerService, open_with_trainer: OpenPage) -> None:
    """A lesson for X and O predicts new drawings after twelve, here and, once published, in Draw."""
    page = open_with_trainer(trainer, "teach")
    number = start_lesson(page)
    for pair in zip(TRAINING_DRAWINGS["X"], TRAINING_DRAWINGS["O"], strict=True):
        for label, strokes in zip("XO", pair, strict=True):
            teach(page, label, strokes)
    expect(drawing_counts(page)).to_have_text(["6", "6"])
    expect(thumbnails(page)).to_have_count(12)
    mode(page, "Test").check()
    for label, drawings in TEST_DRAWINGS.items():
        for strokes in drawings:
            tool(page, "Clear").click()
            draw_strokes(page, strokes)
            expect(page.get_by_test_id("label")).to_have_text(label)
    assert trainer.fetch(f"/lessons/{number}")["steps"] == 120  # testing trains nothing
    page.get_by_role("textbox", name="Publish as").fill("noughts")
    page.get_by_role("button", name="Publish").click()
    page.get_by_test_id("published-models").get_by_role("link", name="in Draw").click(timeout=TIMEOUT * 1000)
    expect(page).to_have_url(re.compile(r"/\?.*model=noughts"))
    expect(bar_labels(page)).to_have_text(["X", "O"])
    for label, [strokes, *_] in TEST_DRAWINGS.items():
        draw_strokes(page, strokes)
        expect(page.get_by_test_id("label")).to_have_text(label)
        tool(page, "Clear").click()


@pytest.mark.slow
def test_effect_of_a_training_step(lesson: Page) -> None:
    """It shows the probabilities and the loss before and after, the bitmap, and the changed weights."""
    draw_strokes(lesson, cross())
    expect(best_bar(lesson)).to_have_count(1)
    before = diagram_pixels(lesson)
    bits = lesson.get_by_test_id("bits")
    assert re.fullmatch(r"([01]{6}\n){5}[01]{6}", bits.text_content())
    assert bits.get_attribute("aria-label") == bits.text_content().replace("\n", "")
    train(lesson, "Train 1 step")
    numbers = r"[\d.]+\u00a0% → [\d.]+\u00a0%.* \d\.\d+ → \d\.\d+\."
    expect(lesson.get_by_test_id("training-status")).to_have_text(re.compile(numbers))
    old, new = map(float, re.findall(r"([\d.]+)\u00a0%", lesson.get_by_test_id("bar-value").first.text_content()))
    assert new > old
    assert diagram_pixels(lesson) != before
    expect(loss_chart(lesson)).to_have_attribute("aria-label", re.compile("before: from .* at 1 to .* at 1"))
    train(lesson)
    expect(loss_chart(lesson)).to_have_attribute("aria-label", re.compile("before: from .* at 1 to .* at 11"))
    expect(thumbnails(lesson)).to_have_count(1)
    expect(lesson.get_by_test_id("label")).to_have_text("X")
    expect(lesson.get_by_test_id("explanation")).to_contain_text("✓")
    mode(lesson, "O").check()
    expect(lesson.get_by_test_id("explanation")).to_contain_text("✗")


@pytest.mark.slow
@pytest.mark.parametrize("draw_with", [draw_with_stylus, draw_with_finger])
def test_teaching_by_stylus_and_finger(trainer: TrainerService, open_with_trainer: OpenPage, draw_with: Callable) -> None:
    """Drawings of a stylus and a finger are trained on; a stroke after a training starts a new drawing."""
    page = open_with_trainer(trainer, "teach", has_touch=True)
    start_lesson(page)
    teach(page, "X", cross(), draw_with)
    teach(page, "O", ring(), draw_with)
    expect(drawing_counts(page)).to_have_text(["1", "1"])
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("label")).not_to_be_empty()  # the previous drawing
    tool(page, "Clear").click()
    expect(page.get_by_role("button", name="Train 1 step")).to_be_disabled()


def test_undo_and_reset(trainer: TrainerService, lesson: Page) -> None:
    """Undo restores the weights. A reset keeps the drawings; the other one deletes them, after a second click."""
    initial = diagram_pixels(lesson)
    undo = lesson.get_by_role("button", name="Undo training")
    teach(lesson, "X", cross())
    undo.click()
    expect(drawing_counts(lesson)).to_have_text(["0", "0"])
    expect(undo).to_be_disabled()
    tool(lesson, "Clear").click()
    assert diagram_pixels(lesson) == initial
    teach(lesson, "X", cross())
    lesson.get_by_text("Start over").click()
    lesson.get_by_role("button", name="Reset weights", exact=True).click()
    number = lesson_id(lesson)
    wait_until(lesson, lambda: trainer.fetch(f"/lessons/{number}")["steps"] == 0)
    expect(drawing_counts(lesson)).to_have_text(["1", "0"])
    lesson.get_by_role("button", name="Reset weights and delete drawings").click()
    confirm = lesson.locator("button[data-asking]")
    expect(confirm).to_be_visible()
    expect(drawing_counts(lesson)).to_have_text(["1", "0"])
    confirm.click()
    expect(drawing_counts(lesson)).to_have_text(["0", "0"])
    expect(lesson.get_by_test_id("no-drawings")).to_be_visible()


@pytest.mark.slow
def test_saved_drawing_is_trained_again(lesson: Page) -> None:
    """A selected drawing appears on the canvas with its label, isn't saved twice, opens in Inside, and can be deleted."""
    teach(lesson, "X", cross())
    teach(lesson, "O", ring())
    thumbnails(lesson).first.click()
    expect(mode(lesson, "X")).to_be_checked()
    expect(thumbnails(lesson).first).to_have_attribute("aria-pressed", "true")
    train(lesson, "Train 1 step")
    expect(drawing_counts(lesson)).to_have_text(["1", "1"])
    selected = lesson.get_by_test_id("selected-drawing")
    link = selected.get_by_role("link", name="Look inside")
    expect(link).to_have_attribute("href", re.compile(r"/inside\?.*image=[\w-]{1000,}"))
    selected.get_by_role("button", name="Delete").click()
    expect(drawing_counts(lesson)).to_have_text(["0", "1"])
    expect(selected).to_be_hidden()
    expect(lesson.get_by_test_id("drawing-canvas")).to_be_visible()


@pytest.mark.slow
def test_link_restores_the_lesson(trainer: TrainerService, lesson: Page, open_with_trainer: OpenPage) -> None:
    """The URL holds the lesson, label, mode and drawing; prediction, drawings and loss are loaded."""
    teach(lesson, "X", cross())
    teach(lesson, "O", ring())
    mode(lesson, "Test").check()
    expect(lesson).to_have_url(re.compile("(?=.*label=O)(?=.*mode=test)(?=.*ink=[^.&]{80,})"))  # the ring's one stroke
    ids = ["label", "confidence", "bits", "drawing-count"]
    texts = {each: lesson.get_by_test_id(each).all_text_contents() for each in ids}
    other = open_with_trainer(trainer, lesson.url.split("/", 3)[3])
    for each in ids:
        expect(other.get_by_test_id(each)).to_have_text(texts[each])
    expect(mode(other, "Test")).to_be_checked()
    expect(thumbnails(other)).to_have_count(2)
    expect(loss_chart(other)).to_have_attribute("aria-label", re.compile("before: from .* at 10 to .* at 20"))
    assert diagram_pixels(other) == diagram_pixels(lesson)


@pytest.mark.slow
def test_two_tabs(trainer: TrainerService, lesson: Page, open_with_trainer: OpenPage) -> None:
    """Changes in another tab, including deletion, appear after the next action."""
    other = open_with_trainer(trainer, lesson.url.split("/", 3)[3])
    expect(drawing_counts(other)).to_have_text(["0", "0"])
    teach(lesson, "X", cross())
    teach(other, "O", ring())
    expect(drawing_counts(other)).to_have_text(["1", "1"])
    expect(loss_chart(other)).to_have_attribute("aria-label", re.compile("at 10 to .* at 20"))
    other.monitor.allow_message("404")
    delete = lesson.get_by_test_id("lessons").locator("li", has=lesson.locator("[aria-current=page]")).get_by_role("button")
    delete.click()
    delete.click()
    expect(lesson.get_by_test_id("new-lesson")).to_be_visible()
    other.get_by_role("button", name="Train 1 step").click()
    expect(other.get_by_test_id("lessons-error")).to_have_attribute("data-code", "lesson_not_found")
    expect(other.get_by_test_id("new-lesson")).to_be_visible()
    expect(other).not_to_have_url(re.compile("lesson="))


@pytest.mark.slow
def test_own_labels_and_convolutional_network(trainer: TrainerService, open_with_trainer: OpenPage) -> None:
    """Labels can be added; duplicates are rejected. The convolutional network shows its kernels, which change."""
    page = open_with_trainer(trainer, "teach")
    page.monitor.allow_message("400")
    page.get_by_role("button", name="Add label").click()
    page.keyboard.type("X")
    page.get_by_role("button", name="Start with").click()
    expect(page.get_by_test_id("new-lesson-error")).to_have_attribute("data-code", "invalid_input")
    page.get_by_role("textbox", name="Label 3").fill("♥")
    start_lesson(page, "cnn")
    expect(bar_labels(page)).to_have_text(["X", "O", "♥"])
    expect(page.get_by_test_id("kernels").locator("canvas")).to_have_count(8)
    kernels = "[...document.querySelectorAll('[data-testid=kernels] canvas')].map((canvas) => canvas.toDataURL()).join()"
    before = page.evaluate(kernels)
    page.get_by_role("radio", name="♥").check()
    draw_strokes(page, ring())
    train(page)
    assert page.evaluate(kernels) != before
    expect(page.get_by_test_id("bits")).to_be_hidden()
    expect(page.get_by_test_id("input-caption")).to_have_text(re.compile("^28×28 image"))
    levels = page.evaluate("[...document.querySelector('#network-input').getContext('2d').getImageData(0, 0, 28, 28).data]")
    assert len(set(levels[3::4])) > 2  # the opacity is the gray level
    expect(page.get_by_test_id("diagram")).to_be_hidden()


def test_rejections(lesson: Page) -> None:
    """A rejected action shows its error where it happened; later actions succeed and hide it."""
    lesson.monitor.allow_message("400|409|422")
    lesson.get_by_role("button", name="Publish").click()
    expect(lesson.get_by_test_id("save-error")).to_have_attribute("data-code", "conflict")
    rate = lesson.get_by_test_id("lesson").get_by_role("spinbutton", name="Learning rate")
    rate.fill("99")
    rate.blur()
    expect(lesson.get_by_test_id("learning-rate-error")).to_have_attribute("data-code", "invalid_input")
    draw_strokes(lesson, cross())
    train(lesson)
    expect(lesson.get_by_test_id("training-error")).to_be_hidden()
    expect(lesson.get_by_test_id("learning-rate-error")).to_be_hidden()


def test_saving_under_a_name(lesson: Page) -> None:
    """A saved lesson is listed under its name."""
    name = lesson.get_by_role("textbox", name="Name")
    name.fill("noughts and crosses")
    lesson.get_by_role("button", name="Save").click()
    current = lesson.get_by_test_id("lessons").locator("[aria-current=page]")
    expect(current).to_have_text("noughts and crosses")
    lesson.reload()
    expect(current).to_have_text("noughts and crosses")
    expect(name).to_have_value("noughts and crosses")


@pytest.mark.slow
def test_trainer_restart(models: Path, tmp_path: Path, open_with_trainer: OpenPage) -> None:
    """Without a trainer the view shows how to start it; when it comes up, the view continues with the drawing kept."""
    with TrainerService(models, tmp_path) as trainer:
        trainer.stop()
        page = open_with_trainer(trainer, "teach")
        page.monitor.allow_message("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET")
        down = page.get_by_test_id("trainer-down")
        expect(down).to_contain_text(f"trainer serve --cors-origin {trainer.server.address}")
        expect(page.get_by_test_id("new-lesson")).to_be_hidden()
        trainer.start()
        expect(down).to_be_hidden()
        start_lesson(page)
        teach(page, "X", cross())
        trainer.stop()
        draw_strokes(page, ring())
        expect(page.get_by_test_id("prediction")).to_have_attribute("data-state", "stale")
        expect(down).to_be_visible()
        trainer.start()
        expect(down).to_be_hidden()
        expect(page.get_by_test_id("prediction")).to_have_attribute("data-state", "confident")
        train(page, "Train 1 step")
        expect(thumbnails(page)).to_have_count(2)


@pytest.mark.slow
def test_server_connected_to_a_trainer_later(
    trainer: TrainerService, models: Path, tmp_path: Path, new_context: Callable
) -> None:
    """Without a trainer's address the view shows how to start both services; it reloads once the server has one."""
    with Service(models, tmp_path) as service:
        context, monitor = new_context(service.address)
        # the trainer accepts requests from its own server's page only
        monitor.allow_message("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|ERR_FAILED|CORS")
        monitor.allow_host(trainer.address)
        page = context.new_page()
        page.goto("/teach")
        expect(page.get_by_test_id("trainer-down")).to_contain_text("server run --trainer")
        expect(page.get_by_test_id("new-lesson")).to_be_hidden()
        service.stop()
        connected = ConnectedServer(models, tmp_path, trainer.address)
        connected.port, connected.address = service.port, service.address
        with connected:
            expect(page.locator("meta[name=inkling-trainer]")).to_have_attribute("content", trainer.address)
            page.unroute_all()
            page.goto("about:blank")
