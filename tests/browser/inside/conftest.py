"""A server with models of many kinds of layers, and the view on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import SEVEN, draw, wait_until
from tests.browser.inside.layer_reader import OpenInside, listen
from tests.browser.inside.models import write_perceptron_model, write_pooling_model
from tests.browser.service import Service


@pytest.fixture(scope="session")
def inside_service(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that has a model with pooling and a perceptron, too."""
    folder = tmp_path_factory.mktemp("inside")
    for name in ("digits", "letters"):
        (folder / f"{name}.onnx").symlink_to(models / f"{name}.onnx")
    write_pooling_model(folder / "pooling.onnx")
    write_perceptron_model(folder / "perceptron.onnx")
    with Service(folder, tmp_path_factory.mktemp("inside_service")) as service:
        yield service


@pytest.fixture
def open_inside(inside_service: Service, new_context: Callable) -> OpenInside:
    """Open the view with a query and options of the context; its layers stand. `page.heard` holds the last answers."""

    def open_inside(query: str = "", drawn: bool = True, **options) -> Page:
        context, watch = new_context(inside_service.address, **options)
        page = context.new_page()
        page.watch, page.heard = watch, {}
        page.on("response", lambda response: listen(page, response))
        page.goto(f"/inside{query}")
        expect(page.locator(".layer")).not_to_have_count(0)
        if drawn:
            draw(page, SEVEN)
            wait_until(page, lambda: "evidence" in page.heard)  # asked for when the pen rests: all before it has come
        return page

    return open_inside
