"""/docs of both services: Swagger UI under our Content-Security-Policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.service import Service
from tests.browser.trainer_service import TrainerService


@pytest.fixture(params=["server", "trainer"])
def docs(request: pytest.FixtureRequest, new_context: Callable) -> Page:
    """The page of a service."""
    running: Service | TrainerService = request.getfixturevalue("service" if request.param == "server" else "trainer")
    page = new_context(running.address)[0].new_page()
    page.goto("/docs")
    return page


def test_every_operation_is_shown(docs: Page):
    """With the title of the document, without messages in the console or requests to other hosts."""
    document = docs.request.get("/openapi.json").json()
    operations = [described["operationId"] for methods in document["paths"].values() for described in methods.values()]
    expect(docs.locator(".opblock")).to_have_count(len(operations))
    expect(docs.get_by_role("heading", name=document["info"]["title"])).to_be_visible()


def test_an_operation_can_be_tried(docs: Page):
    """The page sends the request and shows the response."""
    operation = docs.locator("#operations-Operations-live")
    operation.get_by_role("button", name="/health/live").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    expect(operation.locator(".live-responses-table")).to_contain_text("live")
