"""The Train view with a real trainer: runs are configured, started, changed, compared and published."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.drawing_input import SEVEN, draw
from tests.browser.page_checks import has_no_sideways_scroll
from tests.browser.trainer_service import SMALL_RUN, TrainerService
from tests.browser.training import (
    LONG_RUN,
    TRAINING_TIMEOUT,
    chart,
    mutable_settings,
    run_form,
    shown_step,
    start_run,
    stop_run,
    to_query,
    wait_for_step_after,
)

OpenPage = Callable[..., Page]

TFJS_PARAMETERS = "5,994"


@pytest.fixture
def open_train(open_with_trainer: OpenPage) -> OpenPage:
    """Open the Train view with a query, ready to use."""

    def open_train(trainer: TrainerService, address: str, **options) -> Page:
        page = open_with_trainer(trainer, address, **options)
        expect(page.get_by_role("region", name="All runs")).to_be_visible(timeout=TRAINING_TIMEOUT)
        if page.get_by_test_id("new-run").get_attribute("open") is not None:
            expect(page.get_by_test_id("network-summary")).not_to_be_empty(timeout=TRAINING_TIMEOUT)
        return page

    return open_train


def test_run_from_data_to_published_model(trainer: TrainerService, open_train: OpenPage) -> None:
    """A run is configured, started, changed, paused, resumed, stopped and published; Draw uses its model."""
    page = open_train(trainer, "train?settings=all")
    form = run_form(page)
    form.get_by_role("checkbox", name="digits").check()
    form.get_by_role("combobox", name="Recipe").select_option("tfjs")
    expect(form.get_by_role("region", name="Layers")).to_contain_text("conv2Conv2D8 × 8 × 163,216")
    form.get_by_role("spinbutton", name="Batch size").fill("32")
    form.get_by_role("spinbutton", name=re.compile("^Epochs")).fill("500")
    expect(page.get_by_test_id("split-summary")).to_contain_text("1,222")
    expect(page.get_by_test_id("samples").get_by_role("figure")).to_have_count(24)
    job_id = start_run(page)
    expect(chart(page, "chart-loss")).to_have_attribute("aria-label", re.compile(r"training: from .* to "))
    expect(page.get_by_test_id("figure-val-accuracy")).to_contain_text("%", timeout=TRAINING_TIMEOUT)

    page.monitor.allow_message(r"status of (4\d\d|503)")  # rejections below; inspections that a busy fit doesn't answer in time
    settings = mutable_settings(page)
    settings.get_by_role("spinbutton", name="Learning rate").fill("0.003")
    settings.get_by_role("spinbutton", name="Learning rate").press("Enter")
    expect(chart(page, "chart-learning-rate")).to_have_attribute("aria-label", re.compile(r"to 0\.003 at"))
    settings.get_by_role("spinbutton", name="Batch size").fill("0")
    settings.get_by_role("spinbutton", name="Batch size").press("Enter")
    expect(settings.get_by_role("alert")).to_contain_text("65,536")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_test_id("run-state")).to_have_attribute("data-state", "paused")
    page.wait_for_timeout(300)  # events in flight
    paused_at = shown_step(page)
    page.wait_for_timeout(500)
    assert shown_step(page) == paused_at
    page.get_by_role("button", name="Resume").click()
    wait_for_step_after(page, paused_at)
    predictions = page.get_by_role("group", name="Predictions for validation images")
    expect(predictions.locator("[data-result=correct]").first).to_be_visible()
    stop_run(page)
    assert trainer.fetch(f"/jobs/{job_id}")["result"]["interrupted"] is True

    page.get_by_role("textbox", name="Publish as").fill("not a name")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_test_id("publish-error")).to_have_attribute("data-code", "invalid_input", timeout=TRAINING_TIMEOUT)
    page.get_by_role("textbox", name="Publish as").fill("mine")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("link", name="Use mine in Draw").click(timeout=TRAINING_TIMEOUT)
    expect(page).to_have_url(re.compile(r"/\?model=mine"))
    expect(page.get_by_role("contentinfo")).to_contain_text(TFJS_PARAMETERS)  # now the page takes drawings
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).not_to_have_text("")


@pytest.fixture(scope="module")
def two_runs(trainer: TrainerService) -> list[dict]:
    """Two ended runs that differ in one setting."""
    return [trainer.train(name=f"rate {rate}", learning_rate=rate) for rate in (0.01, 0.001)]


@pytest.mark.slow
def test_link_restores_a_run(trainer: TrainerService, open_train: OpenPage, two_runs: list[dict]) -> None:
    """A link holds the run, the inspected layer and image, and the compared runs."""
    ids = [job["id"] for job in two_runs]
    page = open_train(trainer, f"train?job={ids[0]}&layer=conv2&array=kernel_gradient&sample=5&compare={','.join(ids)}")
    expect(page.get_by_test_id("run-title")).to_have_text("rate 0.01")
    expect(page.get_by_test_id("run-state")).to_have_attribute("data-state", "finished")
    expect(page.get_by_test_id("figure-epoch")).to_have_text("3 of 3")
    maps = page.get_by_test_id("maps")
    expect(maps.locator("canvas")).to_have_count(16, timeout=TRAINING_TIMEOUT)
    expect(maps).to_have_attribute("aria-label", re.compile(r"kernel gradient of conv2: 5 × 5 × 8 × 16 "))
    expect(page.get_by_test_id("array-summary")).to_contain_text("Image 5")
    expect(page.get_by_test_id("histogram")).to_contain_text(re.compile(r"^3,200 values: mean .*, standard deviation .*"))
    expect(chart(page, "compare-accuracy")).to_have_attribute("aria-label", re.compile(r"rate 0\.01: .* rate 0\.001: "))
    differences = page.get_by_role("region", name="Differences")
    expect(differences.get_by_role("row")).to_contain_text(["Run", "Learning rate0.010.001", "Epochs33"])
    expect(differences).not_to_contain_text("Momentum")
    expect(page.get_by_test_id("new-run")).not_to_have_attribute("open", re.compile(""))


@pytest.mark.slow
def test_runs_are_compared(trainer: TrainerService, open_train: OpenPage, two_runs: list[dict]) -> None:
    """Two selected runs are compared, and the URL holds them."""
    page = open_train(trainer, "train?settings=all")
    for job in two_runs:
        page.get_by_role("checkbox", name=f"Compare {job['name']}", exact=True).check()
    expect(page.get_by_test_id("comparison")).to_be_visible()
    expect(page).to_have_url(re.compile(f"compare={two_runs[0]['id']}(%2C|,){two_runs[1]['id']}"))
    page.get_by_role("checkbox", name=f"Compare {two_runs[0]['name']}", exact=True).uncheck()
    expect(page.get_by_test_id("comparison")).to_be_hidden()


@pytest.mark.slow
def test_settings_are_saved_and_loaded(trainer: TrainerService, open_train: OpenPage, tmp_path: Path) -> None:
    """Settings are saved as JSON that the API accepts; a file with an unknown setting is rejected by name."""
    page = open_train(trainer, f"train?{to_query(**SMALL_RUN | {'seed': 7})}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save settings").click()
    download.value.save_as(tmp_path / "settings.json")
    saved = json.loads((tmp_path / "settings.json").read_text())
    assert saved.items() >= (SMALL_RUN | {"seed": 7}).items()
    assert trainer.fetch("/networks", saved)["parameters"] == 5_994

    other = open_train(trainer, "train?settings=all")
    expect(other.get_by_test_id("network-summary")).to_contain_text("89,")
    other.get_by_test_id("settings-file").set_input_files(tmp_path / "settings.json")
    expect(other.get_by_test_id("network-summary")).to_contain_text(TFJS_PARAMETERS)
    expect(other).to_have_url(re.compile("seed=7"))
    (tmp_path / "unknown.json").write_text('{"hue": "red"}')
    other.get_by_test_id("settings-file").set_input_files(tmp_path / "unknown.json")
    expect(other.get_by_test_id("form-error")).to_contain_text("hue")


def test_invalid_setting_is_marked_at_its_field(trainer: TrainerService, open_train: OpenPage) -> None:
    """The error appears before a run is started, and disappears when the value is valid."""
    page = open_train(trainer, f"train?{to_query(**SMALL_RUN)}")
    expect(page.get_by_test_id("network-summary")).to_contain_text(TFJS_PARAMETERS)
    form = run_form(page)
    rate = form.get_by_role("spinbutton", name="Learning rate")
    rate.fill("99")
    expect(form.get_by_role("alert")).to_contain_text("10")
    expect(rate).to_have_attribute("aria-invalid", "true")
    rate.fill("0.02")
    expect(form.get_by_role("alert")).to_have_count(0)
    form.get_by_role("combobox", name="Recipe").select_option("inkling")
    layers = form.get_by_role("textbox", name="Layers")
    layers.fill("9x9x4v 9x9x4v 9x9x4v")
    expect(layers).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_role("alert")).to_have_count(1)
    page.monitor.allow_message("status of 400")


@pytest.mark.slow
def test_two_tabs_monitor_the_same_run(trainer: TrainerService, open_train: OpenPage) -> None:
    """Changes in one tab appear in the other."""
    page = open_train(trainer, f"train?{LONG_RUN}")
    job_id = start_run(page)
    other = page.context.new_page()
    other.goto(f"/train?job={job_id}")
    expect(other.get_by_test_id("figure-step")).not_to_have_text("–", timeout=TRAINING_TIMEOUT)
    momentum = mutable_settings(other).get_by_role("spinbutton", name="Momentum")
    expect(momentum).to_be_disabled()  # Adadelta has none
    expect(momentum).to_have_accessible_description(re.compile("adadelta"))
    batch_size = mutable_settings(page).get_by_role("spinbutton", name="Batch size")
    batch_size.fill("40")
    batch_size.press("Enter")
    expect(mutable_settings(other).get_by_role("spinbutton", name="Batch size")).to_have_value("40")
    page.monitor.allow_message("status of 409")  # an inspection just after the end
    stop_run(other)
    expect(page.get_by_test_id("run-state")).to_have_attribute("data-state", "stopped", timeout=TRAINING_TIMEOUT)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone(trainer: TrainerService, open_train: OpenPage, two_runs: list[dict], scheme: str) -> None:
    """With a run and a comparison open, nothing scrolls sideways and axe finds no violations."""
    ids = [job["id"] for job in two_runs]
    page = open_train(
        trainer,
        f"train?job={ids[0]}&compare={','.join(ids)}",
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
        color_scheme=scheme,
    )
    predictions = page.get_by_role("group", name="Predictions for validation images")
    expect(predictions.get_by_role("button")).not_to_have_count(0, timeout=TRAINING_TIMEOUT)
    expect(page.get_by_test_id("maps").locator("canvas")).not_to_have_count(0)
    expect(page.get_by_role("region", name="Differences").get_by_role("row")).not_to_have_count(0)
    page.get_by_test_id("new-run").locator("summary").first.tap()
    expect(page.get_by_role("region", name="Images per label").get_by_role("row")).to_have_count(11)
    assert has_no_sideways_scroll(page)
    assert find_violations(page) == []


def test_keyboard_alone(trainer: TrainerService, open_train: OpenPage) -> None:
    """A run is configured, started, paused and stopped by keyboard."""
    page = open_train(trainer, f"train?{LONG_RUN}")
    page.monitor.allow_message("status of 409")  # an inspection just after the end
    page.keyboard.press("Tab")
    run_form(page).get_by_role("spinbutton", name=re.compile("^Epochs")).focus()
    page.keyboard.type("9")
    expect(page).to_have_url(re.compile("epochs=(9500|5009)"))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("figure-step")).not_to_have_text("–", timeout=TRAINING_TIMEOUT)
    page.get_by_role("button", name="Pause").focus()
    page.keyboard.press("Space")
    state = page.get_by_test_id("run-state")
    expect(state).to_have_attribute("data-state", "paused", timeout=TRAINING_TIMEOUT)
    page.get_by_role("button", name="Stop").focus()
    page.keyboard.press("Enter")
    expect(state).to_have_attribute("data-state", "stopped", timeout=TRAINING_TIMEOUT)


@pytest.mark.slow
def test_charts_are_read_by_keyboard(trainer: TrainerService, open_train: OpenPage, two_runs: list[dict]) -> None:
    """End and Home select the last and the first point, whose values are shown as text."""
    page = open_train(trainer, f"train?job={two_runs[0]['id']}")
    expect(page.get_by_test_id("figure-epoch")).to_have_text("3 of 3")
    chart(page, "chart-accuracy").focus()
    output = page.get_by_test_id("chart-accuracy").get_by_role("status")
    page.keyboard.press("End")
    expect(output).to_have_text(re.compile(r"^epoch [\d.]+ · training .*% · validation .*%$"))
    last = output.text_content()
    page.keyboard.press("Home")
    expect(output).not_to_have_text(last)
    page.keyboard.press("Tab")
    expect(output).to_have_text("")
