"""A browser, servers over real files, and monitored pages."""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import find_chromium, launch
from tests.browser.evaluation import post
from tests.browser.page_monitor import PageMonitor
from tests.browser.service import Service
from tests.browser.teaching import start_lesson
from tests.browser.trainer_service import TrainerService
from tests.conftest import missing
from tests.support.fake_model import write_fake_model

REAL_MODEL = Path(__file__).parents[2] / "models" / "digits.onnx"
LOGGER = logging.getLogger(__name__)
LETTERS = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
TIMEOUT = 15_000
"""Milliseconds that an expectation may take on a busy machine."""

expect.set_options(timeout=TIMEOUT)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, for all tests."""
    path = find_chromium()
    if path is None:
        missing("no Chromium: install the package chromium")
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped model, digits, and a fake model of 26 letters."""
    if not REAL_MODEL.is_file():
        missing("no models/digits.onnx: run make train")
    folder = tmp_path_factory.mktemp("models")
    shutil.copy(REAL_MODEL, folder)
    write_fake_model(folder / "letters.onnx", labels=LETTERS)
    return folder


@pytest.fixture(scope="session")
def service(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running server for all tests that don't change it."""
    with Service(models, tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture(scope="session")
def trainer(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrainerService]:
    """A running trainer and a server connected to it, for all tests that don't stop them. Publishing adds models."""
    folder = tmp_path_factory.mktemp("trainer")
    shutil.copytree(models, folder / "models")
    with TrainerService(folder / "models", folder) as trainer:
        yield trainer


@pytest.fixture
def open_with_trainer(new_context: Callable[..., tuple[BrowserContext, PageMonitor]]) -> Callable[..., Page]:
    """Open a view, such as "train?job=ID", of the server connected to a trainer, with context options."""

    def open_with_trainer(trainer: TrainerService, view: str, **options) -> Page:
        context, monitor = new_context(trainer.server.address, **options)
        monitor.allow_host(trainer.address)
        page = context.new_page()
        page.monitor = monitor
        page.goto(f"/{view}")
        return page

    return open_with_trainer


@pytest.fixture
def lesson(trainer: TrainerService, open_with_trainer: Callable[..., Page]) -> Page:
    """The Teach view with a new lesson for X and O."""
    page = open_with_trainer(trainer, "teach")
    start_lesson(page)
    return page


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., tuple[BrowserContext, PageMonitor]]]:
    """Create contexts for an address with Playwright's options; afterwards their monitors are checked."""
    created: list[tuple[BrowserContext, PageMonitor]] = []

    def new_context(address: str, **options) -> tuple[BrowserContext, PageMonitor]:
        context = browser.new_context(base_url=address, **{"viewport": {"width": 1280, "height": 800}} | options)
        context.set_default_timeout(TIMEOUT)
        created.append((context, PageMonitor(context, address)))
        return created[-1]

    yield new_context
    for context, _ in created:
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
        context.close()
    for _, monitor in created:
        for message in monitor.messages:
            LOGGER.warning("console: %s", message)  # shown if the test fails
        monitor.check()


@pytest.fixture
def open_page(service: Service, new_context: Callable[..., tuple[BrowserContext, PageMonitor]]) -> Callable[..., Page]:
    """Open the Draw view with a query and context options, ready to draw."""

    def open_page(query: str = "", **options) -> Page:
        context, monitor = new_context(service.address, **options)
        page = context.new_page()
        page.monitor = monitor
        page.goto(f"/{query}")
        expect(page.get_by_test_id("bar-label")).not_to_have_count(0)
        return page

    return open_page


@pytest.fixture(scope="session")
def scorer(models: Path, mnist_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server with MNIST and a store of its own."""
    environment = {"INKLING_DATA": str(mnist_folder.parent), "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}
    with Service(models, tmp_path_factory.mktemp("scorer"), **environment) as service:
        yield service


@pytest.fixture(scope="session")
def mnist_report(scorer: Service) -> dict:
    """The report of the shipped model on MNIST's test set, with one crop."""
    return post(scorer, "/evaluate?crops=1", {"data": "mnist"})


@pytest.fixture
def open_test(scorer: Service, new_context: Callable) -> Callable[..., Page]:
    """Open the Test view with a query and context options, once its datasets are listed."""

    def open_test(query: str = "", **options) -> Page:
        context, monitor = new_context(scorer.address, **options)
        page = context.new_page()
        page.monitor = monitor
        page.goto(f"/test{query}")
        expect(page.get_by_test_id("datasets").get_by_role("radio")).not_to_have_count(0)
        return page

    return open_test
