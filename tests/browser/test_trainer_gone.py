"""The view Train without a trainer, with one that goes and comes back, and with a link to a run that is none."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import find_violations
from tests.browser.service import Service
from tests.browser.trainer_service import PageBesideTrainer, TrainerService
from tests.browser.training import LEARNS, LONG, begin, stop

Open = Callable[..., Page]


def test_a_trainer_that_comes_goes_and_comes_back(models: Path, tmp_path: Path, open_with_trainer: Open) -> None:
    """The view says how to start it and goes on by itself; a run that was watched is whole, with nothing lost or doubled."""
    service = TrainerService(models, tmp_path)
    service.page.start()
    try:
        page = open_with_trainer(service, f"train?{LONG}")
        page.monitor.allow_message(
            "ERR_CONNECTION_REFUSED|Failed to load resource|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY"
        )
        expect(page.locator("#absent")).to_contain_text(
            f"trainer serve --port {service.port} --cors-origin {service.page.address}"
        )
        assert find_violations(page) == []
        service.start()
        expect(page.locator("#absent")).to_be_hidden()
        expect(page.locator("#network-sum")).not_to_be_empty(timeout=LEARNS)
        number = begin(page)
        expect(page.locator("#fact-right")).to_contain_text("%", timeout=LEARNS)
        service.stop()
        expect(page.locator("#absent")).to_be_visible()
        expect(page.locator("#job-title")).to_be_visible()
        service.start()
        expect(page.locator("#absent")).to_be_hidden()
        expect(page.locator("#job-state")).to_contain_text("interrupted", timeout=LEARNS)
        page.locator("#run").click()
        expect(page.locator("#job-state")).to_contain_text("running", timeout=LEARNS)
        done = int(page.locator("#fact-epoch").text_content().split()[0])
        page.wait_for_function(
            "(done) => parseInt(document.getElementById('fact-epoch').textContent) > done + 2", arg=done, timeout=LEARNS
        )
        stop(page)
        rows = service.ask(f"/jobs/{number}/epochs")["epochs"]
        shown = page.locator("#chart-accuracy canvas")
        expect(shown).to_have_attribute("aria-label", re.compile(rf"kept aside: from .* at 1 to .* at {len(rows)}\."))
    finally:
        service.stop()
        service.page.stop()


def test_a_server_that_knows_no_trainer_says_how_to_start_one(service: Service, new_context: Callable) -> None:
    """With the command lines for both."""
    context, _ = new_context(service.address)
    page = context.new_page()
    page.goto("/train")
    expect(page.locator("#absent")).to_contain_text("This server knows no trainer")
    expect(page.locator("#absent")).to_contain_text("server run --trainer http://127.0.0.1:8001")


def test_a_server_that_learns_of_a_trainer_is_noticed(models: Path, tmp_path: Path, new_context: Callable) -> None:
    """The view loads anew by itself, and then expects the trainer where the server says."""
    with Service(models, tmp_path) as service:
        context, monitor = new_context(service.address)
        monitor.allow_message("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|ERR_UNSAFE_PORT")
        monitor.allow_host("http://127.0.0.1:9")
        page = context.new_page()
        page.goto("/train")
        expect(page.locator("#absent")).to_contain_text("This server knows no trainer")
        service.stop()
        named = PageBesideTrainer(models, tmp_path, "http://127.0.0.1:9")
        named.port, named.address = service.port, service.address
        with named:
            expect(page.locator("#absent")).to_contain_text("server run --trainer http://127.0.0.1:9", timeout=LEARNS)
            page.goto("about:blank")


def test_a_run_that_is_none_is_said_to_be_none(trainer: TrainerService, open_with_trainer: Open) -> None:
    """In the trainer's words, and the rest of the view is there."""
    page = open_with_trainer(trainer, "train?job=nothing")
    expect(page.locator("#view-problem")).to_contain_text("'nothing'", timeout=LEARNS)
    expect(page.locator("#start")).to_be_visible()
    page.monitor.allow_message("status of 404")
