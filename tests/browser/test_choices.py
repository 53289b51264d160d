"""The choice of model and crops, and the address that keeps it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import LETTERS
from tests.browser.drawing_input import SEVEN, draw

OpenPage = Callable[..., Page]


def test_crops_are_chosen_and_kept_in_the_address(open_page: OpenPage) -> None:
    """Each choice asks anew, shows its crops, and a reload brings it back."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.locator(".crop")).to_have_count(4)
    page.get_by_role("radio", name="all").check()
    expect(page.locator(".crop")).to_have_count(25)
    expect(page).to_have_url(re.compile(r"[?&]crops=all\b"))
    page.get_by_role("radio", name="1", exact=True).check()
    expect(page.locator(".crop")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("radio", name="1", exact=True)).to_be_checked()
    draw(page, SEVEN)
    expect(page.locator(".crop")).to_have_count(1)


def test_another_model_answers_with_its_own_labels(open_page: OpenPage) -> None:
    """Labels come from the model: a model of letters shows letters, in two columns of bars or one."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    page.get_by_label("Model").select_option("letters")
    expect(page.locator("#bars .name")).to_have_text(LETTERS)
    expect(page.locator("#label")).to_have_text(re.compile("^[A-Z]$"))
    expect(page).to_have_url(re.compile(r"[?&]model=letters\b"))
    page.reload()
    expect(page.locator("#bars .name")).to_have_text(LETTERS)
    expect(page.locator("#hint-labels")).to_have_text("one of 26 characters")


def test_a_link_to_what_is_not_there_says_so(open_page: OpenPage) -> None:
    """A model or a choice of crops that does not exist is named, and not passed over in silence."""
    page = open_page("?model=cursive")
    expect(page.locator("#notice")).to_have_text("No model is called cursive. Here digits answers.")
    page = open_page("?crops=7")
    expect(page.locator("#notice")).to_have_text("Expected crops=1, 4, all. Received crops=7.")
