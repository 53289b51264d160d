"""The charts of the Train view: smoothing, logarithmic scale, zoom and downloads."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.trainer_service import TrainerService
from tests.browser.training import chart

EPOCHS = 6


@pytest.fixture
def page(trainer: TrainerService, open_with_trainer: Callable[..., Page]) -> Page:
    """The charts of a finished run, all points drawn."""
    job = trainer.train(name="curves", epochs=EPOCHS)
    page = open_with_trainer(trainer, f"train?job={job['id']}&view=simple")
    page.monitor.allow_message("status of 503")  # an inspection on a busy machine
    expect(chart(page, "chart-loss")).to_have_attribute("aria-label", re.compile(rf"validation: from .* to .* at {EPOCHS}\."))
    return page


def test_zoom_by_pointer(page: Page) -> None:
    """Dragging over a range shows it alone; the button shows all again."""
    canvas = chart(page, "chart-loss")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=3)
    page.mouse.up()
    expect(canvas).not_to_have_attribute("aria-label", re.compile(rf"at {EPOCHS}\."))
    page.get_by_test_id("chart-loss").get_by_role("button", name="Show all").click()
    expect(canvas).to_have_attribute("aria-label", re.compile(rf"at {EPOCHS}\."))
    expect(canvas).to_be_focused()


def test_zoom_by_keyboard(page: Page) -> None:
    """Plus shows half of the range around the cursor, 0 shows all."""
    canvas = chart(page, "chart-loss")
    canvas.focus()
    page.keyboard.press("Home")
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(canvas).not_to_have_attribute("aria-label", re.compile(rf"at {EPOCHS}\."))
    page.keyboard.press("0")
    expect(canvas).to_have_attribute("aria-label", re.compile(rf"at {EPOCHS}\."))


def test_smoothing_and_scale(page: Page) -> None:
    """Both are set by keyboard, stored in the URL, and restored from it; a smoothed value is shown next to the measured one."""
    page.get_by_role("slider", name="Smoothing").press("ArrowRight")
    page.get_by_role("checkbox", name="Logarithmic loss").press("Space")
    expect(page).to_have_url(re.compile("smoothing=0.05"))
    expect(page).to_have_url(re.compile("scale=log"))
    page.reload()
    expect(page.get_by_role("slider", name="Smoothing")).to_have_value("0.05")
    expect(page.get_by_role("checkbox", name="Logarithmic loss")).to_be_checked()
    expect(chart(page, "chart-loss")).to_have_attribute("aria-label", re.compile(rf"at {EPOCHS}\."))
    chart(page, "chart-loss").press("End")
    expect(page.get_by_test_id("chart-loss").get_by_role("status").first).to_contain_text("smoothed")


def test_downloads(page: Page, tmp_path: Path) -> None:
    """The CSV holds every point of every series; the PNG is a picture."""
    figure = page.get_by_test_id("chart-accuracy")
    with page.expect_download() as download:
        figure.get_by_role("button", name="Download Accuracy as CSV").click()
    download.value.save_as(tmp_path / "accuracy.csv")
    rows = list(csv.DictReader((tmp_path / "accuracy.csv").read_text().splitlines()))
    assert [float(row["epoch"]) for row in rows if row["series"] == "validation"] == list(range(1, EPOCHS + 1))
    assert all(0 <= float(row["Accuracy"]) <= 1 for row in rows)
    with page.expect_download() as download:
        figure.get_by_role("button", name="Download Accuracy as PNG").click()
    assert download.value.suggested_filename == "accuracy.png"
    download.value.save_as(tmp_path / "accuracy.png")
    assert (tmp_path / "accuracy.png").read_bytes().startswith(b"\x89PNG")
