"""The view Teach while something is under way: strokes during a training, refusals that are over, presses that come twice."""

from playwright.sync_api import Page, expect

from tests.browser.drawing_input import count_strokes, draw, wait_until
from tests.browser.teaching import cross, ring, train, write


def test_what_is_drawn_while_it_learns_is_a_drawing_of_its_own(lesson: Page) -> None:
    """The stroke stays, alone, and the answer that is shown is to it."""
    lesson.route("**/train*", lambda route: (lesson.wait_for_timeout(1500), route.continue_()))
    write(lesson, cross())
    with lesson.expect_response("**/history"):
        lesson.locator("#once").click(no_wait_after=True)
        write(lesson, ring())
    wait_until(lesson, lambda: count_strokes(lesson) == 1)
    expect(lesson.locator("#bars li").first).not_to_contain_text("→")
    expect(lesson.locator("#lessons li").first).to_contain_text("1 drawing ·")


def test_a_refused_training_leaves_the_drawing_to_be_drawn_on(lesson: Page) -> None:
    """The next stroke belongs to it, as none was learnt from."""
    lesson.monitor.allow_message("422")
    first, second = cross()
    error = {"code": "invalid_input", "message": "Expected another drawing. Received this one."}
    draw(lesson, first)
    lesson.route("**/train*", lambda route: route.fulfill(status=422, json={"error": error}))
    lesson.locator("#once").click()
    expect(lesson.locator("#problem")).to_have_text(error["message"])
    draw(lesson, second)
    expect(lesson.locator("#problem")).to_be_hidden()
    wait_until(lesson, lambda: count_strokes(lesson) == 2)


def test_a_double_click_deletes_no_lesson(lesson: Page) -> None:
    """It is asked first, also by the button's name; a second press, later, means it."""
    write(lesson, cross())
    train(lesson)
    rows = lesson.locator("#lessons li")
    n = rows.count()
    rows.first.get_by_role("button").dblclick()
    again = rows.first.get_by_role("button", name="Press again to delete for good: Delete the lesson")
    expect(again).to_be_visible()
    lesson.wait_for_timeout(600)  # longer than two clicks of one double click may be apart
    again.click()
    expect(rows).to_have_count(n - 1)
