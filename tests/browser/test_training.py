"""The view Train in a real browser, against a real trainer that trains."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.drawing_input import SEVEN, draw
from tests.browser.trainer_service import SMALL, TrainerService
from tests.browser.training import LEARNS, LONG, begin, query, step, stop

Open = Callable[..., Page]


@pytest.fixture
def open_train(open_with_trainer: Open) -> Open:
    """Open the view of a trainer that runs, with a query; it is ready."""

    def open_train(trainer: TrainerService, address: str, **options) -> Page:
        page = open_with_trainer(trainer, address, **options)
        expect(page.locator("#network-sum")).not_to_be_empty(timeout=LEARNS)
        return page

    return open_train


def test_a_run_is_trained_steered_published_and_drawn_against(trainer: TrainerService, open_train: Open) -> None:
    """From the choice of data to a drawing that the new model reads, with nothing but the page."""
    page = open_train(trainer, "train")
    page.get_by_role("checkbox", name="digits").check()
    page.locator("#form").get_by_label("Recipe").select_option("tfjs")
    expect(page.locator("#network")).to_contain_text("conv2Conv2D6 × 6 × 163,216")
    page.locator("#form").get_by_label("Batch size").fill("32")
    page.locator("#form").get_by_label("Epochs").fill("500")
    expect(page.locator("#parts-sum")).to_contain_text("1,222 images to learn from")
    expect(page.locator("#samples figure")).to_have_count(24)
    number = begin(page)
    expect(page.locator("#chart-loss canvas")).to_have_attribute("aria-label", re.compile(r"training: from .* to "))
    expect(page.locator("#fact-right")).to_contain_text("%", timeout=LEARNS)

    page.monitor.allow_message(r"status of 4\d\d")  # what is refused below
    steer = page.locator("#steer")
    steer.get_by_label("Learning rate").fill("0.003")
    steer.get_by_label("Learning rate").press("Enter")
    expect(page.locator("#chart-rate canvas")).to_have_attribute("aria-label", re.compile(r"to 0\.003 at"))
    steer.get_by_label("Batch size").fill("0")
    steer.get_by_label("Batch size").press("Enter")
    expect(steer.locator(".problem:visible")).to_have_text("Expected batch_size between 1 and 65536. Received 0.")
    page.locator("#pause").click()
    expect(page.locator("#job-state")).to_contain_text("paused")
    page.wait_for_timeout(300)
    held = step(page)
    page.wait_for_timeout(500)
    assert step(page) == held
    page.locator("#run").click()
    expect(page.locator("#job-state")).not_to_contain_text("paused")
    page.wait_for_function(
        "(held) => Number(document.getElementById('fact-step').textContent.replace(',', '')) > held", arg=held
    )
    expect(page.locator("#answers .correct").first).to_be_visible()
    stop(page)
    assert trainer.ask(f"/jobs/{number}")["result"]["interrupted"] is True

    page.get_by_label("Publish as").fill("not a name")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#publish-problem")).to_contain_text("Expected", timeout=LEARNS)
    page.get_by_label("Publish as").fill("mine")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("link", name="Draw against mine").click(timeout=LEARNS)
    expect(page).to_have_url(re.compile(r"/\?model=mine"))
    draw(page, SEVEN)
    expect(page.locator("#model-line")).to_contain_text("The model mine has 4,874 parameters.")
    expect(page.locator("#label")).not_to_have_text("")


@pytest.fixture(scope="module")
def two_runs(trainer: TrainerService) -> list[dict]:
    """Two runs that are over, and differ in one setting."""
    return [trainer.train(name=f"rate {rate}", learning_rate=rate) for rate in (0.01, 0.001)]


def test_a_link_brings_back_a_run(trainer: TrainerService, open_train: Open, two_runs: list[dict]) -> None:
    """All of it: charts, figures, the layer that is looked into, the image, and what is compared."""
    ids = [job["id"] for job in two_runs]
    page = open_train(trainer, f"train?job={ids[0]}&layer=conv2&what=kernel_gradient&sample=5&compare={','.join(ids)}")
    expect(page.locator("#job-title")).to_have_text("rate 0.01")
    expect(page.locator("#job-state")).to_have_text("finished")
    expect(page.locator("#fact-epoch")).to_have_text("3 of 3")
    expect(page.locator("#maps canvas")).to_have_count(16, timeout=LEARNS)
    expect(page.locator("#maps")).to_have_attribute(
        "aria-label", re.compile(r"kernel gradient of conv2: 5 × 5 × 8 × 16 numbers")
    )
    expect(page.locator("#inside-sum")).to_contain_text("Image 5")
    expect(page.locator("#compare-accuracy canvas")).to_have_attribute(
        "aria-label", re.compile(r"rate 0\.01: .* rate 0\.001: ")
    )
    expect(page.locator("#differences tr")).to_contain_text(["Run", "Learning rate0.010.001", "Epochs done33"])
    expect(page.locator("#differences")).not_to_contain_text("Momentum")
    expect(page.locator("#new")).not_to_have_attribute("open", re.compile(""))


def test_runs_are_compared(trainer: TrainerService, open_train: Open, two_runs: list[dict]) -> None:
    """Once two are marked; the link carries which."""
    page = open_train(trainer, "train")
    for job in two_runs:
        page.get_by_role("checkbox", name=f"Compare {job['name']}", exact=True).check()
    expect(page.locator("#compare")).to_be_visible()
    expect(page).to_have_url(re.compile(f"compare={two_runs[0]['id']}(%2C|,){two_runs[1]['id']}"))
    page.get_by_role("checkbox", name=f"Compare {two_runs[0]['name']}", exact=True).uncheck()
    expect(page.locator("#compare")).to_be_hidden()


def test_settings_are_saved_and_loaded(trainer: TrainerService, open_train: Open, tmp_path: Path) -> None:
    """As JSON that the API takes, too; what is no file of settings is refused in words."""
    page = open_train(trainer, f"train?{query(**SMALL | {'seed': 7})}")
    with page.expect_download() as saving:
        page.locator("#save").click()
    saving.value.save_as(tmp_path / "settings.json")
    saved = json.loads((tmp_path / "settings.json").read_text())
    assert saved.items() >= (SMALL | {"seed": 7}).items()
    assert trainer.ask("/networks", saved)["parameters"] == 4_874

    other = open_train(trainer, "train")
    expect(other.locator("#network-sum")).to_contain_text("89,")
    other.locator("#file").set_input_files(tmp_path / "settings.json")
    expect(other.locator("#network-sum")).to_contain_text("4,874 parameters")
    expect(other).to_have_url(re.compile("seed=7"))
    (tmp_path / "none.json").write_text('{"colour": "red"}')
    other.locator("#file").set_input_files(tmp_path / "none.json")
    expect(other.locator("#form-problem")).to_contain_text("colour")


def test_a_setting_without_sense_is_refused_at_its_field(trainer: TrainerService, open_train: Open) -> None:
    """In the trainer's own words, before anything is started, and no longer once it has sense."""
    page = open_train(trainer, f"train?{query(**SMALL)}")
    expect(page.locator("#network-sum")).to_contain_text("4,874 parameters")
    rate = page.locator("#common .field", has=page.locator("[name=learning_rate]"))
    rate.locator("input").fill("99")
    expect(rate.locator(".problem")).to_have_text("Expected learning_rate between 1e-07 and 10. Received 99.0.")
    expect(rate.locator("input")).to_have_attribute("aria-invalid", "true")
    rate.locator("input").fill("0.02")
    expect(rate.locator(".problem")).to_be_hidden()
    page.locator("#form").get_by_label("Recipe").select_option("inkling")
    page.locator("#form [name=layers]").fill("9x9x4v 9x9x4v 9x9x4v")
    expect(page.locator("#form .problem:visible")).to_contain_text("at least 9 pixels")
    page.monitor.allow_message("status of 400")


def test_two_tabs_watch_the_same_run(trainer: TrainerService, open_train: Open) -> None:
    """What one does to it, the other sees."""
    one = open_train(trainer, f"train?{LONG}")
    number = begin(one)
    other = one.context.new_page()
    other.goto(f"/train?job={number}")
    expect(other.locator("#fact-step")).not_to_have_text("–", timeout=LEARNS)
    assert other.locator("#steer").get_by_label("Momentum").is_disabled()
    expect(other.locator("#steer")).to_contain_text("adadelta has none")
    one.locator("#steer").get_by_label("Batch size").fill("40")
    one.locator("#steer").get_by_label("Batch size").press("Enter")
    expect(other.locator("#steer").get_by_label("Batch size")).to_have_value("40")
    one.monitor.allow_message("status of 409")  # a look that comes just after the end
    stop(other)
    expect(one.locator("#job-state")).to_contain_text("stopped", timeout=LEARNS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_run_on_a_phone(trainer: TrainerService, open_train: Open, two_runs: list[dict], scheme: str) -> None:
    """Nothing is wider than the screen, and axe finds nothing, with a run and a comparison open."""
    ids = [job["id"] for job in two_runs]
    page = open_train(
        trainer,
        f"train?job={ids[0]}&compare={','.join(ids)}",
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
        color_scheme=scheme,
    )
    expect(page.locator("#answers button")).not_to_have_count(0, timeout=LEARNS)
    expect(page.locator("#maps canvas")).not_to_have_count(0)
    expect(page.locator("#differences tr")).not_to_have_count(0)
    page.locator("#new > summary").tap()
    expect(page.locator("#parts tbody tr")).to_have_count(10)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert find_violations(page) == []


def test_a_run_by_keyboard_alone(trainer: TrainerService, open_train: Open) -> None:
    """Settings, start, pause and stop."""
    page = open_train(trainer, f"train?{LONG}")
    page.monitor.allow_message("status of 409")  # a look that comes just after the end
    page.keyboard.press("Tab")
    page.locator("#set-epochs").focus()
    page.keyboard.type("9")
    expect(page).to_have_url(re.compile("epochs=(9500|5009)"))
    page.keyboard.press("Enter")
    expect(page.locator("#fact-step")).not_to_have_text("–", timeout=LEARNS)
    page.locator("#pause").focus()
    page.keyboard.press("Space")
    expect(page.locator("#job-state")).to_have_text("paused", timeout=LEARNS)
    page.locator("#stop").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#job-state")).to_have_text("stopped", timeout=LEARNS)


def test_the_charts_are_read_by_keys(trainer: TrainerService, open_train: Open, two_runs: list[dict]) -> None:
    """Point by point, from the end and from the beginning."""
    page = open_train(trainer, f"train?job={two_runs[0]['id']}")
    expect(page.locator("#fact-epoch")).to_have_text("3 of 3")
    page.locator("#chart-accuracy canvas").focus()
    said = page.locator("#chart-accuracy output")
    page.keyboard.press("End")
    expect(said).to_have_text(re.compile(r"^epoch [\d.]+ · training .*% · kept aside .*%$"))
    last = said.text_content()
    page.keyboard.press("Home")
    expect(said).not_to_have_text(last)
    page.keyboard.press("Tab")
    expect(said).to_have_text("")
