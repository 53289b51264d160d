"""The choice of model and crops, and the link that holds it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LETTERS
from tests.browser.drawing_input import SEVEN, draw
from tests.browser.locators import bar_labels, crop_tiles
from tests.browser.service import Service
from tests.support.fake_model import fake_card, write_fake_model

OpenPage = Callable[..., Page]


@pytest.mark.slow
def test_crops_are_chosen_and_restored(open_page: OpenPage) -> None:
    """Each choice requests a new prediction, shows its crops, and is restored by a reload."""
    page = open_page()
    draw(page, SEVEN)
    expect(crop_tiles(page)).to_have_count(4)
    page.get_by_role("radio", name="all").check()
    expect(crop_tiles(page)).to_have_count(25)
    expect(page).to_have_url(re.compile(r"[?&]crops=all\b"))
    page.get_by_role("radio", name="1", exact=True).check()
    expect(crop_tiles(page)).to_have_count(1)
    page.reload()
    expect(page.get_by_role("radio", name="1", exact=True)).to_be_checked()
    draw(page, SEVEN)
    expect(crop_tiles(page)).to_have_count(1)


def test_labels_come_from_the_model(open_page: OpenPage) -> None:
    """A model of letters shows letters, and a reload restores the choice."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    page.get_by_label("Model").select_option("letters")
    expect(bar_labels(page)).to_have_text(LETTERS)
    expect(page.get_by_test_id("label")).to_have_text(re.compile("^[A-Z]$"))
    expect(page).to_have_url(re.compile(r"[?&]model=letters\b"))
    page.reload()
    expect(bar_labels(page)).to_have_text(LETTERS)
    expect(page.get_by_test_id("drawing-hint")).to_contain_text("26")


def test_model_of_two_labels_with_one_crop(new_context: Callable, tmp_path: Path) -> None:
    """The bars keep their height, and the card's crop is not offered twice, neither in Draw nor in Test."""
    labels = ["X", "O"]
    write_fake_model(tmp_path / "signs.onnx", labels, fake_card(labels, crop={"size": 24, "offsets": [[2, 2]]}))
    with Service(tmp_path, tmp_path) as service:
        context, _ = new_context(service.address)
        page = context.new_page()
        page.goto("/")
        draw(page, SEVEN)
        expect(bar_labels(page)).to_have_text(labels)
        assert page.get_by_test_id("probabilities").locator("li").first.bounding_box()["height"] < 40
        choices = page.get_by_role("group", name="Crops", exact=True).get_by_role("radio")
        expect(choices).to_have_count(2)
        page.goto("/test")
        expect(page.get_by_role("radio", name="all", exact=True)).to_be_visible()
        expect(choices).to_have_count(2)


@pytest.mark.parametrize(
    ("query", "code"), [("?model=cursive", "model_not_found"), ("?crops=7", "invalid_link"), ("?ink=A*B", "damaged_link")]
)
def test_invalid_link_is_reported(open_page: OpenPage, query: str, code: str) -> None:
    """A link with an unknown model, an unknown number of crops or a damaged drawing says so."""
    page = open_page(query)
    expect(page.get_by_test_id("notice")).to_have_attribute("data-code", code)
    expect(page.get_by_test_id("notice")).not_to_be_empty()
