"""The main path of every view in Firefox."""

from collections.abc import Iterator

import pytest

from tests.browser.drawing_input import ONE, SEVEN
from tests.browser.firefox import Firefox, find_firefox
from tests.browser.trainer_service import TrainerService
from tests.browser.training import stop_if_running
from tests.conftest import missing


@pytest.fixture(scope="module")
def firefox() -> Iterator[Firefox]:
    """An installed Firefox."""
    path = find_firefox()
    if path is None:
        missing("no Firefox: install the package firefox-esr")
    with Firefox(path) as firefox:
        yield firefox


@pytest.mark.slow
def test_predict_correct_explain_and_evaluate(firefox: Firefox, trainer: TrainerService) -> None:
    """Draw predicts a drawing and saves its label, Inside explains it, Test evaluates the saved drawings."""
    server = trainer.server.address
    firefox.open(server)
    firefox.wait_for("one('[data-testid=prediction]').dataset.state === 'idle'")
    firefox.draw(SEVEN)
    firefox.wait_for("one('[data-testid=label]').textContent === '7'")
    firefox.click("#open-correction")
    firefox.click("#correct-labels button:nth-child(8)")
    firefox.wait_for("one('[data-testid=correction-status]').textContent.includes('7')")
    firefox.click("#prediction a.button")
    firefox.wait_for("location.pathname === '/inside' && one('[data-testid=label]').textContent === '7'")
    firefox.wait_for("one('[data-testid=layers] canvas')")
    firefox.open(f"{server}/test")
    firefox.click("#datasets input[value=feedback]")
    firefox.click("form button.primary")
    firefox.wait_for("one('[data-testid=report-title]').textContent.includes('feedback')")


@pytest.mark.slow
def test_train(firefox: Firefox, trainer: TrainerService) -> None:
    """One click trains a network; its curve moves."""
    firefox.open(f"{trainer.server.address}/train")
    firefox.click("#learn-now")
    job_id = firefox.wait_for("new URLSearchParams(location.search).get('job')")
    firefox.wait_for("one('#chart-loss canvas').ariaLabel.includes('training: from')")
    stop_if_running(trainer, job_id)
    firefox.wait_for("['stopped', 'finished'].includes(one('[data-testid=run-state]').dataset.state)")


@pytest.mark.slow
def test_teach(firefox: Firefox, trainer: TrainerService) -> None:
    """A lesson learns a drawing."""
    firefox.open(f"{trainer.server.address}/teach")
    firefox.click("#start-lesson")
    firefox.wait_for("one('[data-testid=lesson]').checkVisibility()")
    firefox.draw(ONE)
    firefox.click("#train-ten-times")
    firefox.wait_for("one('[data-testid=training-status]').dataset.state === 'trained'")


@pytest.mark.slow
def test_examples_tour_and_theme(firefox: Firefox, trainer: TrainerService) -> None:
    """An example is read, the tour's card follows it to Inside, and the dark theme applies."""
    firefox.open(f"{trainer.server.address}/?tour=1")
    firefox.click("#examples button:nth-child(8)")
    firefox.wait_for("one('[data-testid=label]').textContent === '7'")
    firefox.wait_for("one('[data-testid=tour-done]').textContent.includes('Done')")
    firefox.open(f"{trainer.server.address}/inside?tour=4")
    firefox.wait_for("one('[data-tour-anchor] canvas') && one('[data-testid=tour]').checkVisibility()")
    firefox.click(".menu-button")
    firefox.click("#menu input[value=dark]")
    firefox.wait_for("getComputedStyle(document.body).backgroundColor === 'rgb(19, 19, 24)'")
    firefox.click("#menu input[value=auto]")
    firefox.wait_for("document.documentElement.dataset.theme === 'auto'")
