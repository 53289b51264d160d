"""Tasks: how much of the processor's time each task of a page's main thread takes, whatever else the machine is doing."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.browser.drawing_input import wait_until

CATEGORIES = ["toplevel", "__metadata"]


@contextmanager
def record_task_times(page: Page) -> Iterator[list[float]]:
    """Milliseconds of the processor for each task of the browser's pages while the block runs, filled in when it ends."""
    session = page.context.browser.new_browser_cdp_session()
    events: list[dict] = []
    complete: list[dict] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda data: complete.append(data))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": CATEGORIES}, "transferMode": "ReportEvents"})
    spent: list[float] = []
    yield spent
    session.send("Tracing.end")
    wait_until(page, lambda: complete)
    session.detach()
    names = [event for event in events if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"]
    threads = {(event["pid"], event["tid"]) for event in names}
    tasks = [event for event in events if "RunTask" in event["name"] and (event["pid"], event["tid"]) in threads]
    spent.extend(event["tdur"] / 1000 for event in tasks if "tdur" in event)
