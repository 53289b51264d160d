"""The preview of a new run does not get in the way of starting it."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.drawing_input import wait_until
from tests.browser.slow_proxy import SlowProxy
from tests.browser.trainer_service import ConnectedServer, TrainerService
from tests.browser.training import run_form, stop_if_running

CHANGES = 10


def test_run_starts_while_previews_hang(trainer: TrainerService, new_context: Callable, models: Path, tmp_path: Path) -> None:
    """Each change of the settings aborts the requests of the previous preview, and so does the start: a browser opens at most
    six connections to a service."""
    with (
        SlowProxy(trainer.address, "^/splits") as proxy,
        ConnectedServer(models, tmp_path, proxy.address) as server,
    ):
        context, monitor = new_context(server.address)
        monitor.allow_host(proxy.address)
        page: Page = context.new_page()
        page.goto("/train?data=digits&epochs=1&recipe=tfjs")
        form = run_form(page)
        for number in range(CHANGES):
            form.get_by_role("combobox", name="Recipe").select_option(("convnetjs", "perceptron")[number % 2])
            form.get_by_role("spinbutton", name="Batch size").fill(str(100 + number))
            wait_until(page, lambda number=number: proxy.held > number)  # the preview's request has arrived
        form.get_by_role("button", name="Start training").click()
        expect(page).to_have_url(re.compile(r"job="))
        job_id = re.search(r"job=([\w-]+)", page.url)[1]
        assert trainer.fetch(f"/jobs/{job_id}")["settings"]["recipe"] == "perceptron"
        page.close()
        stop_if_running(trainer, job_id)
