"""Requests of the page to a service that stalls, resets and lies: each ends with a typed error, none hangs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.faulty_server import FaultyServer
from tests.browser.trainer_service import ConnectedServer

FETCH = """async ([address, timeout]) => {
    const { fetchJson } = await import("/static/js/shared/http.js");
    try {
        return { result: await fetchJson(address, { timeout }) };
    } catch (error) {
        return { type: error.constructor.name, code: error.code, status: error.status };
    }
}"""

ABORT = """async (address) => {
    const { fetchJson } = await import("/static/js/shared/http.js");
    const controller = new AbortController();
    const request = fetchJson(address, { signal: controller.signal });
    controller.abort();
    return request.catch((error) => error.name);
}"""

RECONNECT = """async (address) => {
    const { fetchJson } = await import("/static/js/shared/http.js");
    const { Connection } = await import("/static/js/shared/connection.js");
    const states = [];
    return new Promise((resolve) => {
        const load = async () => states.push((await fetchJson(address)).fine);
        new Connection(load, { onUp: () => resolve(states), onDown: ({ code }) => states.push(code) }).connect();
    });
}"""

DOWN = {"type": "Unavailable", "code": "trainer_down"}


@pytest.fixture(scope="module")
def faulty() -> Iterator[FaultyServer]:
    """A faulty trainer."""
    with FaultyServer() as faulty:
        yield faulty


@pytest.fixture(scope="module")
def connected(faulty: FaultyServer, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConnectedServer]:
    """A server whose page may request it."""
    with ConnectedServer(models, tmp_path_factory.mktemp("connected"), faulty.address) as server:
        yield server


@pytest.fixture
def page(faulty: FaultyServer, connected: ConnectedServer, new_context: Callable) -> Page:
    """The page of that server."""
    context, monitor = new_context(connected.address)
    monitor.allow_host(faulty.address)
    monitor.allow_message(".")  # the browser reports each fault
    page = context.new_page()
    page.goto("/")
    return page


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("fine", {"result": {"fine": True}}),
        ("no-content", {"result": None}),
        ("silent", DOWN),
        ("stalled", DOWN),
        ("reset", DOWN),
        ("half", DOWN),
        ("not-http", DOWN),
        ("html-503", DOWN),
        ("html", {"type": "ApiError", "code": "unknown", "status": 200}),
        ("empty", {"type": "ApiError", "code": "unknown", "status": 200}),
        ("text-error", {"type": "ApiError", "code": "unknown", "status": 400}),
        ("odd-error", {"type": "ApiError", "code": "unknown", "status": 500}),
    ],
)
def test_faults_become_typed_errors(page: Page, faulty: FaultyServer, fault: str, expected: dict) -> None:
    """The timeout covers the whole response."""
    timeout = 300 if fault in ("silent", "stalled") else 60_000
    found = page.evaluate(FETCH, [f"{faulty.address}/{fault}", timeout])
    assert {name: value for name, value in found.items() if value is not None or name == "result"} == expected


def test_superseded_request_is_aborted(page: Page, faulty: FaultyServer) -> None:
    """Its error is the abort, not an unavailable service."""
    assert page.evaluate(ABORT, f"{faulty.address}/silent") == "AbortError"


def test_connection_is_retried(page: Page, faulty: FaultyServer) -> None:
    """After a failure, the page loads again by itself."""
    assert page.evaluate(RECONNECT, f"{faulty.address}/restarting") == ["trainer_down", True]
