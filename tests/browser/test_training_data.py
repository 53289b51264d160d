"""The datasets of the Train view: shown at once, filled in as the trainer reads them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.trainer_service import TrainerService
from tests.browser.training import TRAINING_TIMEOUT, run_form

DRAWINGS = [{"label": label, "strokes": [[[0, 0], [x, 90], [40, 10]]]} for label in "ab" for x in (3, 20, 60)]


@pytest.fixture
def trainer_with_files(models: Path, tmp_path: Path) -> TrainerService:
    """A trainer with a folder of datasets, one of which is no dataset."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "mine.jsonl").write_text("".join(json.dumps(drawing) + "\n" for drawing in DRAWINGS))
    (data / "accounts.csv").write_text("date,amount\n2026-01-01,3\n")
    with TrainerService(models, tmp_path, str(data)) as trainer:
        yield trainer


def test_datasets_fill_in(trainer_with_files: TrainerService, open_with_trainer: Callable[..., Page]) -> None:
    """The form appears before they are read. Files that are no datasets are named apart, with the reason."""
    page = open_with_trainer(trainer_with_files, "train?settings=all")
    form = run_form(page)
    expect(form.get_by_role("button", name="Start training")).to_be_visible()
    mine = page.get_by_test_id("datasets").locator("label", has_text="mine.jsonl")
    expect(mine).to_contain_text("6 images, 2 labels", timeout=TRAINING_TIMEOUT)
    expect(page.get_by_test_id("datasets").locator("label", has_text="feedback")).to_contain_text("no feedback yet")
    expect(form.get_by_text("accounts.csv")).to_be_hidden()
    form.get_by_text("1 file is no dataset").click()
    expect(form.get_by_text("accounts.csv")).to_be_visible()
    mine.get_by_role("checkbox").check()
    expect(page.get_by_test_id("samples").get_by_role("figure")).to_have_count(24, timeout=TRAINING_TIMEOUT)


def test_datasets_are_browsed(trainer_with_files: TrainerService, open_with_trainer: Callable[..., Page]) -> None:
    """By label and by duplicates, page by page; the URL restores the choice; an image opens in Inside."""
    page = open_with_trainer(trainer_with_files, "train")
    browser = page.get_by_test_id("dataset-browser")
    browser.get_by_text("Browse the datasets").click()
    summary, images = page.get_by_test_id("browse-summary"), page.get_by_test_id("browse-images").get_by_role("figure")
    expect(summary).to_have_text("1,797 images, page 1 of 38", timeout=TRAINING_TIMEOUT)
    browser.get_by_role("button", name="Next").click()
    expect(summary).to_have_text("1,797 images, page 2 of 38")
    previous = browser.get_by_role("button", name="Previous")
    previous.click()
    expect(summary).to_have_text("1,797 images, page 1 of 38")
    expect(previous).to_have_attribute("aria-disabled", "true")
    browser.get_by_role("combobox", name="Dataset").select_option("mine.jsonl")
    expect(images).to_have_text(list("aaabbb"))
    browser.get_by_role("combobox", name="Label").select_option("b")
    expect(images).to_have_text(list("bbb"))
    browser.get_by_role("checkbox", name="Only duplicates").check()
    expect(images).to_have_text(["b · ×2"] * 3)
    assert find_violations(page) == []
    page.reload()
    expect(images).to_have_text(["b · ×2"] * 3, timeout=TRAINING_TIMEOUT)
    images.first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/inside\?image="))
