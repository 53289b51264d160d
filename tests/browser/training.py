"""Starts, controls and stops runs in the Train view, and locates what the view shows."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.trainer_service import TIMEOUT, TrainerService

TRAINING_TIMEOUT = TIMEOUT * 1000
"""Milliseconds that a run may take to its first step."""

LONG_RUN = "recipe=convnetjs&data=digits&epochs=500"
"""The query for a run that lasts longer than a test."""

STEPS = "() => Number(document.querySelector('[data-testid=figure-step]').textContent.replace(',', ''))"


def to_query(**settings: Any) -> str:
    """Settings as a query string."""
    return "&".join(f"{name}={','.join(value) if isinstance(value, list) else value}" for name, value in settings.items())


def run_form(page: Page) -> Locator:
    """The form for a new run."""
    return page.get_by_role("form", name="New run")


def mutable_settings(page: Page) -> Locator:
    """The settings that can be changed during training."""
    return page.get_by_role("group", name="Change settings during training")


def chart(page: Page, name: str) -> Locator:
    """A chart, such as "chart-loss"; its ARIA label holds the first and the last point of each series."""
    return page.get_by_test_id(name).get_by_role("img")


def start_run(page: Page) -> str:
    """Start the run in the form and return its ID, once it has made its first steps."""
    page.get_by_role("button", name="Start training").click()
    expect(page).to_have_url(re.compile(r"job="))
    expect(page.get_by_test_id("figure-step")).not_to_have_text("–", timeout=TRAINING_TIMEOUT)
    return re.search(r"job=([\w-]+)", page.url)[1]


def stop_run(page: Page) -> None:
    """Stop the monitored run."""
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_test_id("run-state")).to_have_attribute("data-state", "stopped", timeout=TRAINING_TIMEOUT)


def stop_if_running(trainer: TrainerService, job_id: str) -> None:
    """Stop a job, which would delay those of other tests."""
    if trainer.fetch(f"/jobs/{job_id}")["state"] in ("queued", "running"):
        trainer.fetch(f"/jobs/{job_id}", {"state": "stopped"}, method="PATCH")


def shown_step(page: Page) -> int:
    """The step that is shown."""
    return page.evaluate(STEPS)


def wait_for_step_after(page: Page, step: int) -> None:
    """Wait until a later step is shown."""
    page.wait_for_function(f"(step) => ({STEPS})() > step", arg=step, timeout=TRAINING_TIMEOUT)
