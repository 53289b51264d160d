"""The guided tour: steps, checks, views, the keyboard, and mistakes in a tour file."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import find_violations
from tests.browser.drawing_input import ONE, SEVEN, count_strokes, draw, wait_until
from tests.browser.page_checks import find_low_contrast, has_no_sideways_scroll
from tests.browser.teaching import cross, draw_strokes, train
from tests.browser.trainer_service import TrainerService

OpenPage = Callable[..., Page]

FIRST_STEPS = json.loads((Path(__file__).parents[2] / "web" / "tours" / "first-steps.json").read_text("utf-8"))["steps"]
STEP = {"view": "draw", "title": "A", "text": "B", "task": "C", "anchor": "main"}

IS_ANCHOR_SHOWN = """() => {
    const anchor = document.querySelector("[data-tour-anchor]");
    const { left, top, height } = anchor?.getBoundingClientRect() ?? {};
    return anchor?.contains(document.elementFromPoint(left + 5, top + height / 2));
}"""


def card(page: Page) -> Locator:
    """The card of the tour."""
    return page.get_by_test_id("tour")


def press(page: Page, button: str) -> None:
    """Press a button of the card."""
    card(page).get_by_role("button", name=button, exact=True).click()


def expect_step(page: Page, number: int) -> None:
    """The card shows a step beside its part of the page, and the URL holds it."""
    step = FIRST_STEPS[number - 1]
    expect(page.get_by_test_id("tour-progress")).to_contain_text(f"step {number} of {len(FIRST_STEPS)}")
    expect(page).to_have_url(re.compile(rf"/{step['view'].removeprefix('draw')}\?(.*&)?tour={number}(&|$)"))
    expect(card(page).get_by_role("heading")).to_have_text(step["title"])
    expect(page.locator("[data-tour-anchor]")).to_be_in_viewport()


def expect_done(page: Page, is_done: bool = True) -> None:
    """Whether the card says that the task is done."""
    expect(page.get_by_test_id("tour-done")).to_have_text("✓ Done" if is_done else "")


def draw_one_then_seven(page: Page) -> None:
    """The task of drawing a seven is done with the seven, not with the one."""
    draw(page, ONE)
    expect(page.get_by_test_id("label")).to_have_text("1")
    expect_done(page, False)
    page.get_by_role("button", name="Clear").click()
    draw(page, SEVEN)
    expect_done(page)


def point_at(locator: Locator) -> None:
    """Move the mouse onto an element."""
    locator.scroll_into_view_if_needed()
    locator.hover()
    locator.hover(position={"x": 5, "y": 5})


def serve_tour(page: Page, name: str, **fulfill) -> None:
    """Serve a tour file of a name."""
    page.route(f"**/static/tours/{name}.json", lambda route: route.fulfill(**fulfill))


def test_tour_over_all_views(trainer: TrainerService, open_with_trainer: OpenPage) -> None:
    """All steps with a trainer, from the link in the header to a lesson; each task is recognized, and the drawing is kept."""
    page = open_with_trainer(trainer, "")
    page.get_by_role("link", name="Take the tour").click()
    expect_step(page, 1)
    expect_done(page, False)
    draw_one_then_seven(page)
    press(page, "Next")
    expect_step(page, 2)
    page.locator("#normalization-steps summary").click()
    expect_done(page)
    press(page, "Next")
    expect_step(page, 3)
    point_at(page.locator("#crops button").nth(1))
    expect_done(page)
    press(page, "Next")
    for number in (4, 5, 6, 7):
        expect_step(page, number)
        expect(page.get_by_test_id("label")).to_have_text("7")
        point_at(page.locator("[data-tour-anchor] canvas"))
        expect_done(page)
        press(page, "Next")
    expect_step(page, 8)
    expect(page.get_by_test_id("label")).to_have_text("7")
    for y in (0.25, 0.5, 0.75):
        draw(page, [(0.15, y), (0.85, 1 - y)])
    expect_done(page)
    press(page, "Next")
    expect_step(page, 9)
    page.get_by_role("button", name="Start with").click()
    expect(page.get_by_test_id("lesson")).to_be_visible()
    expect_done(page, False)
    page.get_by_role("button", name="Clear").click()
    draw_strokes(page, cross())
    train(page)
    expect_done(page)
    press(page, "Next")
    expect_step(page, 10)
    press(page, "Finish")
    expect(card(page)).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/train(?!.*tour)"))


def test_tour_without_a_trainer(open_page: OpenPage) -> None:
    """Steps that need it say so and can be skipped."""
    page = open_page()
    page.goto("/teach?tour=9")
    expect_step(page, 9)
    expect(page.get_by_test_id("tour-problem")).to_contain_text("trainer")
    press(page, "Skip")
    expect_step(page, 10)
    expect(page.get_by_test_id("tour-problem")).to_contain_text("trainer")


def test_learner_can_go_on_and_back(open_page: OpenPage) -> None:
    """Without doing the task; a reload stays at the step, and what was done stays done."""
    page = open_page("?tour=1")
    expect_step(page, 1)
    expect(card(page).get_by_role("button", name="Back")).to_be_hidden()
    press(page, "Next")
    expect_step(page, 2)
    page.locator("#normalization-steps summary").click()
    expect_done(page)
    page.locator("#normalization-steps summary").click()
    page.reload()
    expect_step(page, 2)
    expect_done(page)
    press(page, "Back")
    expect_step(page, 1)
    expect_done(page, False)


def test_step_of_another_view(open_page: OpenPage) -> None:
    """The card offers to open the view of the step; links between views keep the tour and the drawing."""
    page = open_page("?tour=4")
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    press(page, "Open Inside")
    expect_step(page, 4)
    expect(page.get_by_test_id("label")).to_have_text("7")
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Draw").click()
    expect(page).to_have_url(re.compile(r"/\?.*tour=4"))
    expect(card(page).get_by_role("button", name="Open Inside")).to_be_visible()


def test_tour_by_keyboard(open_page: OpenPage) -> None:
    """The card is announced and focused; its part is a step away; Escape ends the tour and keeps the drawing."""
    page = open_page("?tour=1")
    expect_step(page, 1)
    expect(page.get_by_role("dialog", name="Draw a 7")).to_be_visible()
    expect(card(page).get_by_role("heading")).to_be_focused()
    draw(page, SEVEN)
    expect_done(page)
    card(page).get_by_role("button", name="Show me").press("Enter")
    expect(page.get_by_test_id("drawing-canvas")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(card(page).get_by_role("button", name="Next")).to_be_focused()
    page.keyboard.press("Enter")
    expect_step(page, 2)
    expect(card(page).get_by_role("heading")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    expect(page.locator("[data-tour-anchor]")).to_have_count(0)
    assert "tour" not in page.url
    assert count_strokes(page) == 1


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("number", [1, 4, 9])
def test_card_is_accessible_on_every_screen(open_page: OpenPage, number: int, scheme: str) -> None:
    """Axe finds nothing, the text is readable, and the card is completely visible."""
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"/{FIRST_STEPS[number - 1]['view'].removeprefix('draw')}?tour={number}")
    expect_step(page, number)
    for width, height in ((2560, 1440), (1280, 800), (360, 740), (320, 568)):
        page.set_viewport_size({"width": width, "height": height})
        expect(card(page)).to_be_in_viewport(ratio=1)
        assert has_no_sideways_scroll(page), width
        assert find_violations(page) == []
        assert find_low_contrast(page) == []


def test_tour_of_a_teacher(open_page: OpenPage) -> None:
    """Another file, by its name in the link; parameters of a step are set, and conditions are met one after another."""
    page = open_page()
    done = [{"selector": "#label", "pattern": "^1$"}, {"parameter": "ink"}, {"selector": "#label", "pattern": "^7$"}]
    steps = [STEP, STEP | {"parameters": {"crops": "1"}, "done": done}]
    serve_tour(page, "mine", json={"title": "Mine", "steps": steps})
    page.goto("/?tour=1&tour-file=mine")
    expect(page.get_by_test_id("tour-progress")).to_have_text("Mine · step 1 of 2")
    press(page, "Next")
    expect(page.get_by_test_id("tour-progress")).to_have_text("Mine · step 2 of 2")
    expect(page).to_have_url(re.compile(r"/\?(?=.*tour=2)(?=.*tour-file=mine)(?=.*crops=1)"))
    draw_one_then_seven(page)
    page.goto("/?tour=2&tour-file=mine")
    expect(page).to_have_url(re.compile(r"crops=1"))


def test_parameter_with_its_default_value(open_page: OpenPage) -> None:
    """The view removes it from the URL; the step opens without another reload."""
    page = open_page()
    parameters = ({"pen": "70"}, {"pen": "70", "crops": "4"})
    serve_tour(page, "mine", json={"title": "Mine", "steps": [STEP | {"parameters": each} for each in parameters]})
    page.goto("/?tour=1&tour-file=mine&pen=70")
    expect(page.get_by_test_id("tour-progress")).to_have_text("Mine · step 1 of 2")
    page.evaluate("window.isSamePage = true")
    press(page, "Next")
    expect(page.get_by_test_id("tour-progress")).to_have_text("Mine · step 2 of 2")
    assert page.evaluate("window.isSamePage")


@pytest.mark.parametrize("width", [1280, 390])
def test_small_part_below_the_fold(open_page: OpenPage, width: int) -> None:
    """It is scrolled into view, where the card doesn't cover it."""
    page = open_page(reduced_motion="reduce", viewport={"width": width, "height": 800})
    anchors = ("#layers [data-kind='Dense'] h3", "#layers [data-kind='ReLU'] h3")
    serve_tour(page, "mine", json={"title": "Mine", "steps": [STEP | {"view": "inside", "anchor": each} for each in anchors]})
    page.goto("/inside?tour=1&tour-file=mine")
    wait_until(page, lambda: page.evaluate(IS_ANCHOR_SHOWN))
    press(page, "Next")
    wait_until(page, lambda: page.evaluate(IS_ANCHOR_SHOWN))


@pytest.mark.parametrize(
    ("query", "file", "sentence"),
    [
        ("tour=1&tour-file=none", None, "There is no tour “none”."),
        ("tour=1&tour-file=..%2Fx", None, "lowercase letters, digits and hyphens"),
        ("tour=11", None, "This tour has 10 steps. The link asks for step 11."),
        ("tour=x", None, "The link asks for step x."),
        ("tour=1&tour-file=mine", "{", "isn’t valid JSON"),
        ("tour=1&tour-file=mine", {"title": "T"}, "it has no “steps”"),
        ("tour=1&tour-file=mine", {"title": "T", "steps": [STEP, STEP | {"text": ""}]}, "step 2 has no “text”"),
        ("tour=1&tour-file=mine", {"title": "T", "steps": [STEP | {"anchor": "#1"}]}, "isn’t a CSS selector: #1"),
        ("tour=1&tour-file=mine", {"title": "T", "steps": [STEP | {"done": [{"pattern": "7"}]}]}, "step 1 needs one of"),
        ("tour=1&tour-file=mine", {"title": "T", "steps": [STEP | {"done": [{"parameter": "a", "pattern": "("}]}]}, "regular"),
    ],
)
def test_mistakes_are_one_sentence(open_page: OpenPage, query: str, file: object, sentence: str) -> None:
    """A wrong link or file is explained on the card, which can be closed."""
    page = open_page()
    page.monitor.allow_message("404")
    if file is not None:
        serve_tour(page, "mine", body=file if isinstance(file, str) else json.dumps(file), content_type="application/json")
    page.goto(f"/?{query}")
    expect(card(page)).to_contain_text(sentence)
    press(page, "End tour")
    expect(card(page)).to_have_count(0)
    assert "tour" not in page.url


def test_tour_is_loaded_only_when_used(open_page: OpenPage) -> None:
    """Without a tour in the URL, none of its files are requested."""
    page = open_page()
    assert not [url for url in page.monitor.requests if "tour" in url]
