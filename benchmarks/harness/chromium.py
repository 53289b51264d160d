"""Chromium: load a server's pages and read the browser's own performance entries and traces."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.harness.server_process import ServerNotStarted
from tests.browser.chromium import find_chromium, launch

SIZE = {"width": 1280, "height": 800}

PAGE_TIMING = """() => new Promise((resolve) => {
    const sum = (entries, of) => entries.reduce((total, entry) => total + of(entry), 0);
    let shifts = 0;
    const add = (list) => (shifts += sum(list.getEntries(), ({ value, hadRecentInput }) => (hadRecentInput ? 0 : value)));
    new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => {
        const [{ responseStart }] = performance.getEntriesByType("navigation");
        const [{ startTime: painted }] = performance.getEntriesByName("first-contentful-paint");
        const parts = performance.getEntriesByType("resource").filter(({ name }) => /[.](js|css)$/.test(name));
        resolve({ painted: painted - responseStart, bytes: sum(parts, (part) => part.decodedBodySize), shifts });
    }, 700);
})"""
"""painted: milliseconds from the first byte of the document to first contentful paint. bytes: of scripts and styles.

shifts: cumulative layout shift.
"""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A headless browser. Raises ServerNotStarted if Chromium is not installed."""
    path = find_chromium()
    if path is None:
        raise ServerNotStarted("Chromium is not installed. Install the package chromium.")
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        yield browser
        browser.close()


def load_page(browser: Browser, address: str) -> dict[str, float]:
    """Load a page with an empty cache: painted, bytes and shifts."""
    page = browser.new_page(viewport=SIZE)
    page.goto(address, wait_until="load")
    loaded = page.evaluate(PAGE_TIMING)
    page.close()
    return loaded


@contextmanager
def trace_tasks(browser: Browser, page: Page) -> Iterator[list[tuple[float, float]]]:
    """Trace the main thread; when the block ends, the list holds (wall milliseconds, CPU milliseconds) of each task."""
    tasks: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as folder:
        trace = Path(folder) / "trace.json"
        browser.start_tracing(page=page, path=trace, categories=["toplevel", "disabled-by-default-devtools.timeline"])
        yield tasks
        browser.stop_tracing()
        tasks += _tasks(json.loads(trace.read_text("utf-8"))["traceEvents"])


def _tasks(events: list[dict]) -> list[tuple[float, float]]:
    """The tasks of the busiest renderer main thread."""
    threads = {(each["pid"], each["tid"]) for each in events if each.get("args", {}).get("name") == "CrRendererMain"}
    by_thread: dict[tuple, list[tuple[float, float]]] = {}
    for each in events:
        key = (each.get("pid"), each.get("tid"))
        if key in threads and each.get("ph") == "X" and each["name"].endswith("RunTask"):
            by_thread.setdefault(key, []).append((each.get("dur", 0) / 1000, each.get("tdur", 0) / 1000))
    return max(by_thread.values(), key=lambda tasks: sum(cpu for _, cpu in tasks), default=[])
