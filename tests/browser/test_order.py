"""The order of responses: an old one never overwrites a newer one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.drawing_input import ONE, SEVEN, draw, wait_until, wait_until_idle

OpenPage = Callable[..., Page]


def record_labels(page: Page) -> None:
    """Record every predicted label in `window.labels` from now on."""
    page.get_by_test_id("label").evaluate(
        """(label) => {
            window.labels = [];
            new MutationObserver(() => labels.push(label.textContent)).observe(label, { childList: true });
        }"""
    )


def hold_first_request(page: Page) -> list[Route]:
    """Hold the page's first request for a prediction back; the others pass."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/predict*", hold)
    return held


def fulfill(route: Route, label: str) -> None:
    """Respond with a label that no model has."""
    others = [0.0] * 9
    prediction = {"label": label, "confidence": 1.0, "known": True, "multiple": False, "probabilities": [1.0, *others]}
    prediction |= {"crops": [[1.0, *others]], "image": [[0] * 28] * 28}
    labels = [label, *"abcdefghi"]
    route.fulfill(json={"model": "digits", "labels": labels, "crops": [[2, 2]], "predictions": [prediction]})


def test_response_to_cleared_drawing_is_dropped(open_page: OpenPage) -> None:
    """After a clear, a response on its way leaves the page empty."""
    page = open_page()
    held = hold_first_request(page)
    draw(page, SEVEN)
    wait_until(page, lambda: held)
    record_labels(page)
    page.keyboard.press("Escape")
    fulfill(held[0], "stale")
    wait_until_idle(page)
    expect(page.get_by_test_id("label")).to_be_empty()
    assert "stale" not in page.evaluate("labels")


def test_late_response_does_not_overwrite_newer_one(open_page: OpenPage) -> None:
    """The response to the first request arrives after that for a new drawing, and is dropped."""
    page = open_page()
    held = hold_first_request(page)
    record_labels(page)
    draw(page, SEVEN)
    wait_until(page, lambda: held)
    page.keyboard.press("Escape")
    draw(page, ONE)
    expect(page.get_by_test_id("label")).to_have_text("1")
    fulfill(held[0], "stale")
    wait_until_idle(page)
    expect(page.get_by_test_id("label")).to_have_text("1")
    assert "stale" not in page.evaluate("labels")


def test_slow_server_gets_one_request_at_a_time(open_page: OpenPage) -> None:
    """While a request is in flight no other is sent; then the newest drawing is sent, and its prediction stays."""
    page = open_page()
    held: list[Route] = []
    page.route("**/predict*", lambda route: held.append(route))
    draw(page, SEVEN)
    wait_until(page, lambda: held)
    page.wait_for_timeout(100)  # four times the interval between two requests
    assert len(held) == 1
    held[0].continue_()
    wait_until(page, lambda: len(held) == 2)
    held[1].continue_()
    expect(page.get_by_test_id("label")).to_have_text("7")
    assert held[0].request.post_data != held[1].request.post_data


def test_hanging_request_is_overtaken(open_page: OpenPage) -> None:
    """A request without a response doesn't block newer ones forever."""
    page = open_page()
    hold_first_request(page)
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")


@pytest.mark.parametrize("cancel", [False, True])
def test_responses_are_delivered_in_order(open_page: OpenPage, cancel: bool) -> None:
    """Responses that arrive in reverse order, although the sender was told to abort, are never delivered backward."""
    page = open_page()
    delivered = page.evaluate(
        """async (cancel) => {
            const { LatestRequest } = await import("/static/js/shared/latest-request.js");
            const delivered = [], pending = [];
            const send = (input) => new Promise((resolve) => pending.push(() => resolve(input)));
            const latest = new LatestRequest(send, (response) => delivered.push(response), () => delivered.push("failed"));
            for (let i = 0; i < 6; i++) {
                if (cancel) latest.cancel();
                latest.send(() => i);
                await new Promise((resolve) => setTimeout(resolve, 40));
            }
            while (pending.length) {
                pending.pop()();
                await new Promise((resolve) => setTimeout(resolve, 40));
            }
            return delivered;
        }""",
        cancel,
    )
    assert delivered == ([5] if cancel else [0, 5])
