"""Models that are loaded, unloaded and replaced while the page is open, and how the page describes a model."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import SEVEN, draw, wait_until
from tests.browser.locators import bar_labels
from tests.browser.service import Service
from tests.support.fake_model import write_fake_model

FOCUS = "window.dispatchEvent(new Event('focus'))"


@pytest.fixture
def folder(models: Path, tmp_path: Path) -> Path:
    """A folder with the model digits only."""
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(models / "digits.onnx", folder)
    return folder


@pytest.fixture
def open_own(folder: Path, tmp_path: Path, new_context: Callable) -> Iterator[Callable[[str], Page]]:
    """Open the Draw view of a server over that folder, with a query."""
    with Service(folder, tmp_path) as service:

        def open_own(query: str = "") -> Page:
            context, monitor = new_context(service.address)
            page = context.new_page()
            page.monitor = monitor
            page.goto(f"/{query}")
            expect(page.get_by_test_id("bar-label")).not_to_have_count(0)
            return page

        yield open_own


def wait_for_models(page: Page, labels: dict[str, list[str] | None]) -> None:
    """Wait until the server has models with these labels, and not those with None."""

    def is_loaded() -> bool:
        loaded = {model["name"]: model["labels"] for model in page.request.get("/models").json()["models"]}
        return all(loaded.get(name) == expected for name, expected in labels.items())

    wait_until(page, is_loaded)


@pytest.mark.slow
def test_published_model_appears_without_reload(folder: Path, open_own: Callable) -> None:
    """When the window is focused, a new model can be chosen; when it is unloaded, the page says so and keeps the drawing."""
    page = open_own()
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    expect(page.get_by_label("Model")).to_be_hidden()
    write_fake_model(folder / "new.onnx", labels=["A", "B"])
    wait_for_models(page, {"new": ["A", "B"]})
    page.evaluate(FOCUS)
    page.get_by_label("Model").select_option("new")
    expect(page.get_by_test_id("label")).to_have_text(re.compile("^[AB]$"))
    (folder / "new.onnx").unlink()
    wait_for_models(page, {"new": None})
    page.evaluate(FOCUS)
    expect(page.get_by_test_id("notice")).to_have_attribute("data-code", "model_not_found")
    expect(page.get_by_test_id("notice")).to_contain_text("new")
    expect(page.get_by_test_id("label")).to_have_text("7")


@pytest.mark.slow
def test_page_waits_for_a_model_being_published(folder: Path, open_own: Callable) -> None:
    """A link to a model that isn't loaded yet says so, and switches to it when it is."""
    page = open_own("?model=soon")
    expect(page.get_by_test_id("notice")).to_have_attribute("data-code", "waiting_for_model")
    write_fake_model(folder / "soon.onnx", labels=["A", "B"])
    expect(bar_labels(page)).to_have_text(["A", "B"])
    expect(page.get_by_test_id("notice")).to_be_empty()
    expect(page.get_by_label("Model")).to_have_value("soon")


def test_replaced_model_is_used(folder: Path, open_own: Callable) -> None:
    """After a model was replaced by one with other labels, the page shows them when focused, and its link is unchanged."""
    page = open_own()
    expect(bar_labels(page)).to_have_count(10)
    write_fake_model(folder / "digits.onnx", labels=["A", "B", "C"])
    wait_for_models(page, {"digits": ["A", "B", "C"]})
    expect(bar_labels(page)).to_have_count(10)
    page.evaluate(FOCUS)
    expect(bar_labels(page)).to_have_text(["A", "B", "C"])
    assert "model=" not in page.url


def test_confidence_and_threshold_are_explained(open_page: Callable) -> None:
    """The page shows the server's verdict and its confidence, and the threshold of the model card."""
    page = open_page()
    card = page.request.get("/models/digits").json()["known"]
    summary = page.get_by_test_id("confidence-summary")
    before = summary.text_content()
    with page.expect_response("**/predict*"):
        draw(page, SEVEN)
    expect(summary).to_have_text(re.compile(r"^✓ .*: 99\.\d\u00a0%$"))
    summary.click()
    details = page.get_by_role("group").filter(has=summary)
    expect(details).to_contain_text(f"{card['threshold']:.3f}")
    expect(details).to_contain_text(card["how"].replace("%", "\u00a0%"))
    expect(details.locator(f"[data-score={card['score']}]")).to_be_visible()
    expect(details.locator("[data-score]:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(summary).to_have_text(before)


@pytest.mark.parametrize(("confidence", "known"), [(0.1, False), (0.5, True), (0.876, False)])
def test_confidence_is_not_recomputed(open_page: Callable, confidence: float, known: bool) -> None:
    """The page shows the confidence and the verdict of the response, whatever the probabilities are."""
    page = open_page()

    def change(route) -> None:
        result = route.fetch().json()
        result["predictions"][0] |= {"confidence": confidence, "known": known}
        route.fulfill(json=result)

    page.route("**/predict*", change)
    draw(page, SEVEN)
    percent = f"{100 * confidence:.1f}\u00a0%"
    if known:
        expect(page.get_by_test_id("confidence")).to_have_text(percent)
    else:
        expect(page.get_by_test_id("explanation")).to_contain_text(f"Best guess: 7, {percent}")
    expect(page.get_by_test_id("confidence-summary")).to_have_text(re.compile(rf"^{'✓' if known else '[?]'} .*: {percent}$"))
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-state", "confident" if known else "uncertain")
