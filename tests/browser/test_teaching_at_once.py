"""Teach: training on all drawings, and the webcam."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.axe import find_violations
from tests.browser.drawing_input import wait_until
from tests.browser.page_checks import has_no_sideways_scroll
from tests.browser.teaching import TRAINING_DRAWINGS, drawing_counts, lesson_id, mode, start_lesson, teach
from tests.browser.trainer_service import TrainerService
from tests.browser.training import TRAINING_TIMEOUT

HOLD_CAMERA = """() => {
    const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    Object.assign(window, { waiting: [], streams: [] });
    navigator.mediaDevices.getUserMedia = async (constraints) => {
        await new Promise((resolve) => waiting.push(resolve));
        const stream = await getUserMedia(constraints);
        streams.push(stream);
        return stream;
    };
}"""
ALLOW_CAMERA = "waiting.splice(0).forEach((allow) => allow())"
COUNT_LIVE = "streams.flatMap((stream) => stream.getTracks()).filter(({ readyState }) => readyState === 'live').length"
REJECT_CAMERA = """() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
}"""


def test_train_on_all_drawings(trainer: TrainerService, open_with_trainer: Callable[..., Page]) -> None:
    """Too few drawings are rejected with a sentence; with enough, the network adopts the weights of the fit."""
    page = open_with_trainer(trainer, "teach")
    page.monitor.allow_message("status of 4")
    start_lesson(page)
    button = page.get_by_role("button", name="Train on all drawings")
    expect(button).to_be_disabled()
    teach(page, "X", TRAINING_DRAWINGS["X"][0])
    button.click()
    expect(page.get_by_test_id("training-error")).to_have_attribute("data-code", "invalid_dataset")
    for i in range(6):
        for label in "XO":
            teach(page, label, TRAINING_DRAWINGS[label][i])
    steps = trainer.fetch(f"/lessons/{lesson_id(page)}")["steps"]
    held: list[Route] = []
    page.route("**/jobs/*", lambda route: held.append(route))
    button.click()
    expect(button).to_be_disabled()
    expect(page.get_by_role("button", name="Train 10 steps")).to_be_disabled()
    for route in held:
        route.continue_()
    page.unroute("**/jobs/*")
    expect(page.get_by_test_id("fit-status")).to_contain_text("Trained on all drawings 40 times", timeout=TRAINING_TIMEOUT)
    expect(button).to_be_enabled()
    lesson = trainer.fetch(f"/lessons/{lesson_id(page)}")
    assert lesson["fit"]["adopted"] is True
    assert lesson["steps"] != steps
    assert find_violations(page) == []


def test_record_from_the_webcam(trainer: TrainerService, open_with_trainer: Callable[..., Page]) -> None:
    """The frames while the button is held are trained on and stored; after it is closed, the camera is off."""
    page = open_with_trainer(trainer, "teach", permissions=["camera"])
    start_lesson(page, "cnn")
    page.get_by_role("button", name="Webcam").click()
    record = page.get_by_role("button", name="Hold to record")
    expect(record).to_be_enabled()
    expect(record).to_be_focused()
    page.keyboard.down("Space")
    expect(drawing_counts(page).first).to_have_text(re.compile("[2-9]|1[0-9]"), timeout=TRAINING_TIMEOUT)
    page.keyboard.up("Space")
    mode(page, "O").check()
    record.click()
    expect(drawing_counts(page).nth(1)).to_have_text(re.compile("[1-9]"))
    assert has_no_sideways_scroll(page)
    assert find_violations(page) == []
    page.get_by_test_id("camera").get_by_role("button", name="Close").click()
    expect(page.get_by_test_id("camera")).to_be_hidden()
    assert page.evaluate("document.querySelector('[data-testid=camera-video]').srcObject === null")
    page.get_by_role("button", name="Webcam").click()
    expect(record).to_be_enabled()


def test_camera_that_is_allowed_late(trainer: TrainerService, open_with_trainer: Callable[..., Page]) -> None:
    """Of several requests one camera is on; none once the panel is closed or the lesson is deleted."""
    page = open_with_trainer(trainer, "teach", permissions=["camera"])
    start_lesson(page)
    page.evaluate(HOLD_CAMERA)
    webcam, camera = page.get_by_role("button", name="Webcam"), page.get_by_test_id("camera")
    record = page.get_by_role("button", name="Hold to record")
    webcam.click()
    expect(camera).to_be_visible()
    webcam.click()
    wait_until(page, lambda: page.evaluate("waiting.length === 2"))
    page.evaluate(ALLOW_CAMERA)
    expect(record).to_be_enabled()
    assert page.evaluate(COUNT_LIVE) == 1
    camera.get_by_role("button", name="Close").click()
    assert page.evaluate(COUNT_LIVE) == 0
    webcam.click()
    wait_until(page, lambda: page.evaluate("waiting.length === 1"))
    camera.get_by_role("button", name="Close").click()
    page.evaluate(ALLOW_CAMERA)
    wait_until(page, lambda: page.evaluate("streams.length === 3"))
    assert page.evaluate(COUNT_LIVE) == 0
    webcam.click()
    wait_until(page, lambda: page.evaluate("waiting.length === 1"))
    page.evaluate(ALLOW_CAMERA)
    expect(record).to_be_enabled()
    delete = page.locator(f"[data-lesson='{lesson_id(page)}']").get_by_role("button")
    delete.click()
    delete.click()
    expect(page.get_by_test_id("lesson")).to_be_hidden()
    assert page.evaluate(COUNT_LIVE) == 0


def test_camera_that_is_not_allowed(trainer: TrainerService, open_with_trainer: Callable[..., Page]) -> None:
    """The page says where to allow it."""
    page = open_with_trainer(trainer, "teach")
    start_lesson(page)
    page.evaluate(REJECT_CAMERA)
    page.get_by_role("button", name="Webcam").click()
    expect(page.get_by_test_id("camera-error")).to_be_visible()
    expect(page.get_by_role("button", name="Hold to record")).to_be_disabled()
