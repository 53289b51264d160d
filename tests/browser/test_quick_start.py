"""The Train view for learners: a run with one click, and what to look at when it has ended."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.page_checks import has_no_sideways_scroll
from tests.browser.trainer_service import TrainerService
from tests.browser.training import TRAINING_TIMEOUT, chart, run_form, stop_if_running

OpenPage = Callable[..., Page]

INSPECTION_ERRORS = r"status of (409|503)"
"""Messages of inspections just after the end of a run, or that a busy machine doesn't answer in time. They are repeated."""

QUICK_RUN = {"data": ["digits"], "epochs": 2, "batch_size": 32, "learning_rate": 0.001, "validation_split": 0.25}
"""A run that ends at once, and leaves mistakes to look at."""


def test_learn_with_one_click(trainer: TrainerService, open_with_trainer: OpenPage) -> None:
    """A click starts a run on digits; its curve and its predictions appear, and settings stay folded away."""
    page = open_with_trainer(trainer, "train")
    page.monitor.allow_message(INSPECTION_ERRORS)
    expect(run_form(page)).to_have_count(0)
    page.get_by_role("button", name="Learn digits now").click(timeout=TRAINING_TIMEOUT)
    expect(chart(page, "chart-loss")).to_have_attribute(
        "aria-label", re.compile("training: from .* to "), timeout=TRAINING_TIMEOUT
    )
    expect(page).to_have_url(re.compile("view=simple"))
    predictions = page.get_by_role("group", name="Predictions for validation images")
    expect(predictions.locator("[data-result=correct]").nth(12)).to_be_visible(timeout=TRAINING_TIMEOUT)
    expect(page.get_by_test_id("array-summary")).to_be_hidden()
    expect(run_form(page)).to_have_count(0)
    stop_if_running(trainer, re.search(r"job=([\w-]+)", page.url)[1])
    state = re.compile("stopped|finished")
    expect(page.get_by_test_id("run-state")).to_have_attribute("data-state", state, timeout=TRAINING_TIMEOUT)


def test_details_and_settings_are_in_the_url(trainer: TrainerService, open_with_trainer: OpenPage) -> None:
    """Opening a run's details or the settings changes the URL, and the URL opens them."""
    page = open_with_trainer(trainer, "train")
    page.monitor.allow_message(INSPECTION_ERRORS)
    page.get_by_test_id("new-run").locator("summary").first.click()
    expect(run_form(page)).to_be_visible()
    expect(page).to_have_url(re.compile("settings=all"))
    page.reload()
    expect(run_form(page)).to_be_visible()
    page.get_by_test_id("new-run").locator("summary").first.click()
    expect(page).not_to_have_url(re.compile("settings=all"))
    page.goto("/train?epochs=7")
    expect(run_form(page).get_by_role("spinbutton", name=re.compile("^Epochs"))).to_have_value("7")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_next_steps(trainer: TrainerService, open_with_trainer: OpenPage, scheme: str) -> None:
    """A finished run shows its largest confusion and worst mistakes. An experiment publishes the model under a free name and
    compares two accuracies. On a phone, nothing scrolls sideways."""
    job = trainer.train(**QUICK_RUN, name=f"next steps, {scheme}")
    viewport = {"width": 390, "height": 844}
    page = open_with_trainer(trainer, f"train?job={job['id']}&view=simple", viewport=viewport, color_scheme=scheme)
    page.monitor.allow_message(INSPECTION_ERRORS)
    expect(page.get_by_test_id("confusion").get_by_role("figure")).not_to_have_count(0, timeout=TRAINING_TIMEOUT)
    expect(page.get_by_test_id("mistakes").get_by_role("figure")).to_have_count(6)
    page.get_by_role("button", name="Run the experiment").click()
    result = page.get_by_test_id("experiment-result")
    expect(result.get_by_role("listitem")).to_have_count(2, timeout=TRAINING_TIMEOUT)
    expect(result.get_by_role("listitem").first).to_contain_text(re.compile(r"\d\d\.\d\d.%.*–.*359$"))
    expect(result.get_by_role("link", name="See its mistakes in Test")).to_have_attribute("href", re.compile(r"/test\?report="))
    assert has_no_sideways_scroll(page)
    assert find_violations(page) == []
    page.get_by_role("button", name="Try it in Draw").click()
    expect(page).to_have_url(re.compile(r"/\?model=my-digits"))
    published = trainer.fetch(f"/jobs/{job['id']}")["published"]
    assert len(published) == 1
    assert published[0].startswith("my-digits")


def test_train_again_with_augmentation(trainer: TrainerService, open_with_trainer: OpenPage) -> None:
    """The experiment offers the same run with rotated copies, which is compared with the first one."""
    job = trainer.train(**QUICK_RUN, name="upright")
    page = open_with_trainer(trainer, f"train?job={job['id']}&view=simple")
    page.monitor.allow_message(INSPECTION_ERRORS)
    page.get_by_role("button", name="Run the experiment").click(timeout=TRAINING_TIMEOUT)
    page.get_by_role("button", name="Train again with rotated and scaled copies").click(timeout=TRAINING_TIMEOUT)
    expect(page.get_by_test_id("run-title")).to_have_text("upright, augmented")
    expect(page.get_by_test_id("run-state")).to_have_attribute("data-state", "finished", timeout=TRAINING_TIMEOUT)
    expect(page.get_by_role("region", name="Differences")).to_contain_text("affine", timeout=TRAINING_TIMEOUT)
