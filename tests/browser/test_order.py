"""The order of answers: what is old never overwrites what is newer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.drawing_input import ONE, SEVEN, draw, wait_until

OpenPage = Callable[..., Page]

RECORD_LABELS = """() => {
    window.labels = [];
    new MutationObserver(() => labels.push(label.textContent)).observe(label, { childList: true });
}"""


def held_first_question(page: Page) -> list[Route]:
    """Hold the page's first question back; the others pass."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/predict*", hold)
    return held


def test_an_answer_to_a_cleared_drawing_is_dropped(open_page: OpenPage) -> None:
    """Clear, while the answer is still on its way: the page stays empty."""
    page = open_page()
    held = held_first_question(page)
    draw(page, SEVEN)
    wait_until(page, lambda: held)
    page.evaluate(RECORD_LABELS)
    page.keyboard.press("Escape")
    answer(held[0], "stale")
    page.wait_for_timeout(300)
    expect(page.locator("#label")).to_be_empty()
    assert "stale" not in page.evaluate("labels")


def test_a_late_answer_does_not_overwrite_a_newer_one(open_page: OpenPage) -> None:
    """The first question's answer comes after that to a new drawing, and is dropped."""
    page = open_page()
    held = held_first_question(page)
    page.evaluate(RECORD_LABELS)
    draw(page, SEVEN)
    wait_until(page, lambda: held)
    page.keyboard.press("Escape")
    draw(page, ONE)
    expect(page.locator("#label")).to_have_text("1")
    answer(held[0], "stale")
    page.wait_for_timeout(300)
    expect(page.locator("#label")).to_have_text("1")
    assert "stale" not in page.evaluate("labels")


def test_a_slow_server_gets_one_question_at_a_time_and_answers_the_last(open_page: OpenPage) -> None:
    """While one question is on its way no other is sent; then the newest drawing is asked, and its answer stays."""
    page = open_page()
    held: list[Route] = []
    page.route("**/predict*", lambda route: held.append(route))
    draw(page, SEVEN)
    wait_until(page, lambda: held)
    page.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    wait_until(page, lambda: len(held) == 2)
    held[1].continue_()
    expect(page.locator("#label")).to_have_text("7")
    assert held[0].request.post_data != held[1].request.post_data


def test_a_question_that_hangs_is_overtaken(open_page: OpenPage) -> None:
    """A question without an answer does not keep newer ones from being asked for ever."""
    page = open_page()
    held_first_question(page)
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")


@pytest.mark.parametrize("forget", [False, True])
def test_the_asker_keeps_the_order_whatever_comes_when(open_page: OpenPage, forget: bool) -> None:
    """Answers that a careless sender gives in the reverse order, in spite of being told to stop, never run backwards."""
    page = open_page()
    passed = page.evaluate(
        """async (forget) => {
            const { LatestRequest } = await import("/static/js/shared/latest-request.js");
            const passed = [], pending = [];
            const send = (question) => new Promise((resolve) => pending.push(() => resolve(question)));
            const latest = new LatestRequest(send, (answer) => passed.push(answer), () => passed.push("failed"));
            for (let i = 0; i < 6; i++) {
                if (forget) latest.cancel();
                latest.send(() => i);
                await new Promise((resolve) => setTimeout(resolve, 40));
            }
            while (pending.length) {
                pending.pop()();
                await new Promise((resolve) => setTimeout(resolve, 40));
            }
            return passed;
        }""",
        forget,
    )
    assert passed == ([5] if forget else [0, 5])


def answer(route: Route, label: str) -> None:
    """Answer a question with a label that no model has."""
    others = [0.0] * 9
    prediction = {"label": label, "confidence": 1.0, "known": True, "probabilities": [1.0, *others]}
    prediction |= {"crops": [[1.0, *others]], "image": [[0] * 28] * 28}
    labels = [label, *"abcdefghi"]
    route.fulfill(json={"model": "digits", "labels": labels, "crops": [[2, 2]], "predictions": [prediction]})
