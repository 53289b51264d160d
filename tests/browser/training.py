"""What tests of training from the page share: how a run is begun and ended there."""

import re

from playwright.sync_api import Page, expect

from tests.browser.trainer_service import PATIENCE

LEARNS = PATIENCE * 1000
"""Milliseconds that a run may take to its first step."""

LONG = "recipe=convnetjs&data=digits&epochs=500"
"""A run that is not over before a test is."""


def query(**settings) -> str:
    """Settings as a link carries them."""
    return "&".join(f"{name}={','.join(value) if isinstance(value, list) else value}" for name, value in settings.items())


def begin(page: Page) -> str:
    """Start the run that the form holds; its ID, once it has taken its first steps."""
    page.locator("#start").click()
    expect(page).to_have_url(re.compile(r"job="))
    expect(page.locator("#fact-step")).not_to_have_text("–", timeout=LEARNS)
    return re.search(r"job=([\w-]+)", page.url)[1]


def stop(page: Page) -> None:
    """End the run that is watched."""
    page.locator("#stop").click()
    expect(page.locator("#job-state")).to_contain_text("stopped", timeout=LEARNS)


def step(page: Page) -> int:
    """The step that is shown."""
    return int(page.locator("#fact-step").text_content().replace(",", ""))
