"""Models that come, change and go while the page is open, and what the page says of the one that answers."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from inkling.models.confidence import SCORES
from tests.browser.drawing_input import SEVEN, draw
from tests.browser.service import Service
from tests.support.fake_model import write_fake_model

FOCUS = "window.dispatchEvent(new Event('focus'))"


@pytest.fixture
def folder(models: Path, tmp_path: Path) -> Path:
    """A folder with the model digits alone."""
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(models / "digits.onnx", folder)
    return folder


@pytest.fixture
def open_own(folder: Path, tmp_path: Path, new_context: Callable) -> Iterator[Callable[[str], Page]]:
    """Open a page of a server over that folder, with a query."""
    with Service(folder, tmp_path) as service:

        def open_own(query: str = "") -> Page:
            context, watch = new_context(service.address)
            page = context.new_page()
            page.watch = watch
            page.goto(f"/{query}")
            expect(page.locator("#bars li")).not_to_have_count(0)
            return page

        yield open_own


def loaded(page: Page, name: str, there: bool = True) -> None:
    """Wait until the server has, or has no longer, a model."""
    for _ in range(300):
        if (name in [model["name"] for model in page.request.get("/models").json()["models"]]) == there:
            return
        page.wait_for_timeout(50)
    raise TimeoutError(f"Expected the server to take up what happened to {name}. Received nothing of it in 15 seconds.")


def test_a_published_model_shows_without_a_reload(folder: Path, open_own: Callable) -> None:
    """The window gets the focus again: the new model can be chosen, the drawing is still there; it goes, and is said to."""
    page = open_own()
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    expect(page.locator("#model")).to_be_hidden()
    write_fake_model(folder / "new.onnx", labels=["A", "B"])
    loaded(page, "new")
    page.evaluate(FOCUS)
    page.get_by_label("Model").select_option("new")
    expect(page.locator("#label")).to_have_text(re.compile("^[AB]$"))
    (folder / "new.onnx").unlink()
    loaded(page, "new", there=False)
    page.evaluate(FOCUS)
    expect(page.locator("#notice")).to_have_text("No model is called new. Here digits answers.")
    expect(page.locator("#label")).to_have_text("7")


def test_a_model_that_is_not_there_yet_is_waited_for(folder: Path, open_own: Callable) -> None:
    """A link to a model that is just being published says that it waits, and goes on by itself when it is there."""
    page = open_own("?model=soon")
    expect(page.locator("#notice")).to_have_text("Waiting for the model soon. Until it comes, digits answers.")
    write_fake_model(folder / "soon.onnx", labels=["A", "B"])
    expect(page.locator("#bars .name")).to_have_text(["A", "B"])
    expect(page.locator("#notice")).to_be_empty()
    expect(page.locator("#model")).to_have_value("soon")


def test_a_new_version_is_taken_up(folder: Path, open_own: Callable) -> None:
    """The same name with other labels: the page has them as soon as it is looked at again, and its link stays as it was."""
    page = open_own()
    expect(page.locator("#bars .name")).to_have_count(10)
    write_fake_model(folder / "digits.onnx", labels=["A", "B", "C"])
    expect(page.locator("#bars .name")).to_have_count(10)
    for _ in range(300):
        if page.request.get("/models").json()["models"][0]["labels"] == ["A", "B", "C"]:
            break
        page.wait_for_timeout(50)
    page.evaluate(FOCUS)
    expect(page.locator("#bars .name")).to_have_text(["A", "B", "C"])
    assert "model=" not in page.url


def test_what_known_means_is_said_with_the_cards_threshold(open_page: Callable) -> None:
    """The figure is the card's own score of the answer, the server's verdict stands before it, and the words explain it."""
    page = open_page()
    card = page.request.get("/models/digits").json()["known"]
    with page.expect_response("**/predict*"):
        draw(page, SEVEN)
    expect(page.locator("#known-line")).to_have_text(re.compile(r"^✓ Known: sureness (0\.9\d\d|1\.000), threshold"))
    expect(page.locator("#known-line")).to_contain_text(f"threshold {card['threshold']:.3f}")
    page.locator("#known-line").click()
    expect(page.locator("#threshold")).to_have_text(f"{card['threshold']:.3f}")
    expect(page.locator("#known")).to_contain_text(card["how"])
    expect(page.locator(f"[data-score={card['score']}]")).to_be_visible()
    expect(page.locator("[data-score]:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#known-line")).to_have_text("What “known” means")


@pytest.mark.parametrize("probabilities", [[0.1] * 10, [0.5, 0.5] + [0.0] * 8, [0.91] + [0.01] * 9, [0.3, 0.1] + [0.075] * 8])
def test_the_sureness_that_is_shown_is_the_servers(open_page: Callable, probabilities: list[float]) -> None:
    """The figure on the page is that of inkling/models/confidence.py, to its three places."""
    page = open_page()

    def answer(route) -> None:
        reply = route.fetch().json()
        reply["predictions"][0] |= {"probabilities": probabilities, "known": False, "several": False}
        route.fulfill(body=json.dumps(reply))

    page.route("**/predict*", answer)
    draw(page, SEVEN)
    score = SCORES["divergence"](np.array(probabilities))
    expect(page.locator("#known-line")).to_contain_text(f"sureness {abs(score):.3f}")
