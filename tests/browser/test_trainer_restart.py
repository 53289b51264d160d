"""The Train view without a trainer, with a trainer that restarts, and with a link to a run that doesn't exist."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.service import Service
from tests.browser.trainer_service import ConnectedServer, TrainerService
from tests.browser.training import LONG_RUN, TRAINING_TIMEOUT, chart, start_run, stop_run

pytestmark = pytest.mark.slow

OpenPage = Callable[..., Page]


def test_trainer_restart_during_a_run(models: Path, tmp_path: Path, open_with_trainer: OpenPage) -> None:
    """The view shows how to start the trainer; after a restart, a run is resumed with no event lost or repeated."""
    trainer = TrainerService(models, tmp_path)
    trainer.server.start()
    try:
        page = open_with_trainer(trainer, f"train?{LONG_RUN}")
        page.monitor.allow_message(
            "ERR_CONNECTION_REFUSED|Failed to load resource|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY"
        )
        down, state = page.get_by_test_id("trainer-down"), page.get_by_test_id("run-state")
        expect(down).to_contain_text(f"trainer serve --port {trainer.port} --cors-origin {trainer.server.address}")
        assert find_violations(page) == []
        trainer.start()
        expect(down).to_be_hidden()
        expect(page.get_by_test_id("network-summary")).not_to_be_empty(timeout=TRAINING_TIMEOUT)
        job_id = start_run(page)
        expect(page.get_by_test_id("figure-val-accuracy")).to_contain_text("%", timeout=TRAINING_TIMEOUT)
        trainer.stop()
        expect(down).to_be_visible()
        expect(page.get_by_test_id("run")).to_be_visible()
        trainer.start()
        expect(down).to_be_hidden()
        expect(state).to_have_attribute("data-state", "interrupted", timeout=TRAINING_TIMEOUT)
        page.get_by_role("button", name="Resume").click()
        expect(state).to_have_attribute("data-state", "running", timeout=TRAINING_TIMEOUT)
        epoch = int(page.get_by_test_id("figure-epoch").text_content().split()[0])
        page.wait_for_function(
            "(epoch) => parseInt(document.querySelector('[data-testid=figure-epoch]').textContent) > epoch + 2",
            arg=epoch,
            timeout=TRAINING_TIMEOUT,
        )
        stop_run(page)
        epochs = trainer.fetch(f"/jobs/{job_id}/epochs")["epochs"]
        points = re.compile(rf"validation: from .* at 1 to .* at {len(epochs)}\.")
        expect(chart(page, "chart-accuracy")).to_have_attribute("aria-label", points)
    finally:
        trainer.stop()
        trainer.server.stop()


def test_server_without_a_trainer(service: Service, new_context: Callable) -> None:
    """The view shows the commands that start both services."""
    context, _ = new_context(service.address)
    page = context.new_page()
    page.goto("/train")
    expect(page.get_by_test_id("trainer-down")).to_contain_text("server run --trainer http://127.0.0.1:8001")


def test_server_connected_to_a_trainer_later(models: Path, tmp_path: Path, new_context: Callable) -> None:
    """The view reloads and then expects the trainer at the address that the server has."""
    with Service(models, tmp_path) as service:
        context, monitor = new_context(service.address)
        monitor.allow_message("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|ERR_UNSAFE_PORT")
        monitor.allow_host("http://127.0.0.1:9")
        page = context.new_page()
        page.goto("/train")
        down = page.get_by_test_id("trainer-down")
        expect(down).to_contain_text("server run --trainer http://127.0.0.1:8001")
        service.stop()
        connected = ConnectedServer(models, tmp_path, "http://127.0.0.1:9")
        connected.port, connected.address = service.port, service.address
        with connected:
            expect(down).to_contain_text("server run --trainer http://127.0.0.1:9", timeout=TRAINING_TIMEOUT)
            page.goto("about:blank")


def test_trainer_that_is_down_behind_the_servers_origin(models: Path, tmp_path: Path, new_context: Callable) -> None:
    """Behind a proxy, both services have one origin; a 502 under the trainer's path is about the trainer."""
    service = ConnectedServer(models, tmp_path, "")
    service.trainer = f"{service.address}/trainer"
    with service:
        context, monitor = new_context(service.address)
        monitor.allow_message("status of 502")
        page = context.new_page()
        page.route("**/trainer/**", lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>502</h1>"))
        page.route("**/models", lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>502</h1>"))
        page.goto("/train")
        expect(page.get_by_test_id("trainer-down")).to_be_visible()
        code = "(path) => import('/static/js/shared/http.js').then((m) => m.fetchJson(path)).catch((error) => error.code)"
        assert page.evaluate(code, f"{service.trainer}/jobs") == "trainer_down"
        assert page.evaluate(code, "/models") == "server_down"
        page.goto("about:blank")


def test_unknown_run(trainer: TrainerService, open_with_trainer: OpenPage) -> None:
    """A link to a run that doesn't exist shows an error, and the rest of the view works."""
    page = open_with_trainer(trainer, "train?job=nothing")
    expect(page.get_by_test_id("view-error")).to_have_attribute("data-code", "job_not_found", timeout=TRAINING_TIMEOUT)
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    page.monitor.allow_message("status of 404")
