"""Measures the CPU time of each task on a page's main thread, independent of the load of the machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.browser.drawing_input import wait_until

CATEGORIES = ["toplevel", "__metadata"]


@contextmanager
def record_task_times(page: Page) -> Iterator[list[float]]:
    """Milliseconds of CPU time of each task of the browser's pages during the block; filled in when it ends."""
    session = page.context.browser.new_browser_cdp_session()
    events: list[dict] = []
    completed: list[dict] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda data: completed.append(data))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": CATEGORIES}, "transferMode": "ReportEvents"})
    milliseconds: list[float] = []
    yield milliseconds
    session.send("Tracing.end")
    wait_until(page, lambda: completed)
    session.detach()
    names = [event for event in events if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"]
    threads = {(event["pid"], event["tid"]) for event in names}
    tasks = [event for event in events if "RunTask" in event["name"] and (event["pid"], event["tid"]) in threads]
    milliseconds.extend(event["tdur"] / 1000 for event in tasks if "tdur" in event)
