"""A server with models of many kinds of layers, and the Inside view."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import SEVEN, draw, wait_until, wait_until_idle
from tests.browser.inside.layer_reader import OpenInside, record_request
from tests.browser.inside.models import write_perceptron_model, write_pooling_model
from tests.browser.service import Service


@pytest.fixture(scope="session")
def inside_service(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that also has a model with pooling and a perceptron."""
    folder = tmp_path_factory.mktemp("inside")
    for name in ("digits", "letters"):
        (folder / f"{name}.onnx").symlink_to(models / f"{name}.onnx")
    write_pooling_model(folder / "pooling.onnx")
    write_perceptron_model(folder / "perceptron.onnx")
    with Service(folder, tmp_path_factory.mktemp("inside_service")) as service:
        yield service


@pytest.fixture
def open_inside(inside_service: Service, new_context: Callable) -> OpenInside:
    """Open the view with a query and context options, once its layers are loaded. `page.explained` holds the last requests."""

    def open_inside(query: str = "", drawn: bool = True, **options) -> Page:
        context, monitor = new_context(inside_service.address, **options)
        page = context.new_page()
        page.monitor, page.explained = monitor, {}
        page.on("requestfinished", lambda request: record_request(page, request))
        page.goto(f"/inside{query}")
        expect(page.get_by_test_id("layers").locator("> section")).not_to_have_count(0)
        if drawn:
            draw(page, SEVEN)
            wait_until(page, lambda: "occlusion" in page.explained)  # requested last, when the drawing is complete
            wait_until_idle(page)
        return page

    return open_inside
