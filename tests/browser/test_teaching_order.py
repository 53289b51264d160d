"""The Teach view while requests are in progress: strokes during a training, rejected trainings, double clicks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import count_strokes, draw, wait_until
from tests.browser.teaching import cross, draw_strokes, ring, thumbnails, train


@pytest.mark.slow
def test_stroke_during_training_starts_a_new_drawing(lesson: Page) -> None:
    """The stroke stays, alone, and the prediction shown is for it."""
    lesson.route("**/train*", lambda route: (lesson.wait_for_timeout(1500), route.continue_()))
    draw_strokes(lesson, cross())
    with lesson.expect_response("**/history"):
        lesson.get_by_role("button", name="Train 1 step").click(no_wait_after=True)
        draw_strokes(lesson, ring())
    wait_until(lesson, lambda: count_strokes(lesson) == 1)
    expect(lesson.get_by_test_id("bar-value").first).not_to_contain_text("→")
    expect(thumbnails(lesson)).to_have_count(1)


def test_drawing_continues_after_a_rejected_training(lesson: Page) -> None:
    """The next stroke belongs to the same drawing, because nothing was trained."""
    lesson.monitor.allow_message("422")
    first, second = cross()
    draw(lesson, first)
    error = {"code": "invalid_input", "message": "for developers"}
    lesson.route("**/train*", lambda route: route.fulfill(status=422, json={"error": error}))
    lesson.get_by_role("button", name="Train 1 step").click()
    problem = lesson.get_by_test_id("training-error")
    expect(problem).to_have_attribute("data-code", "invalid_input")
    expect(problem).not_to_contain_text("for developers")
    draw(lesson, second)
    expect(problem).to_be_hidden()
    wait_until(lesson, lambda: count_strokes(lesson) == 2)


def test_double_click_deletes_no_lesson(lesson: Page) -> None:
    """The first click asks for a confirmation, in the button's accessible name as well; a later click confirms."""
    draw_strokes(lesson, cross())
    train(lesson)
    rows = lesson.get_by_test_id("lessons").get_by_role("listitem")
    count = rows.count()
    button = rows.first.get_by_role("button")
    name = button.get_attribute("aria-label")
    button.dblclick()
    expect(button).to_have_attribute("data-asking", "")
    assert button.get_attribute("aria-label").endswith(name)
    assert button.get_attribute("aria-label") != name
    lesson.wait_for_timeout(600)  # longer than the interval of a double click
    button.click()
    expect(rows).to_have_count(count - 1)
