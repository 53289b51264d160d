"""Chromium: the pages of a server in a real browser, and what the browser itself tells of them."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.harness.server_process import NotStarted
from tests.web.chromium import find_chromium, launch

SIZE = {"width": 1280, "height": 800}

LOADED = """() => new Promise((resolve) => {
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
"""Milliseconds from the document's first byte to its first content; bytes of script and style; the sum of layout shifts."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser. Raises NotStarted where none is installed."""
    path = find_chromium()
    if path is None:
        raise NotStarted("Expected an installed Chromium. Received none.")
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        yield browser
        browser.close()


def load(browser: Browser, address: str) -> dict[str, float]:
    """What a page costs whose every part is fetched anew: painted, bytes, shifts."""
    page = browser.new_page(viewport=SIZE)
    page.goto(address, wait_until="load")
    loaded = page.evaluate(LOADED)
    page.close()
    return loaded


@contextmanager
def traced(browser: Browser, page: Page) -> Iterator[list[tuple[float, float]]]:
    """Fill a list with the milliseconds of every task that the page's main thread does meanwhile, and the processor's in it."""
    tasks: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as folder:
        place = Path(folder) / "trace.json"
        browser.start_tracing(page=page, path=place, categories=["toplevel", "disabled-by-default-devtools.timeline"])
        yield tasks
        browser.stop_tracing()
        tasks += _tasks(json.loads(place.read_text("utf-8"))["traceEvents"])


def _tasks(events: list[dict]) -> list[tuple[float, float]]:
    """The tasks of the busiest thread that draws pages."""
    threads = {(each["pid"], each["tid"]) for each in events if each.get("args", {}).get("name") == "CrRendererMain"}
    by_thread: dict[tuple, list[tuple[float, float]]] = {}
    for each in events:
        key = (each.get("pid"), each.get("tid"))
        if key in threads and each.get("ph") == "X" and each["name"].endswith("RunTask"):
            by_thread.setdefault(key, []).append((each.get("dur", 0) / 1000, each.get("tdur", 0) / 1000))
    return max(by_thread.values(), key=lambda tasks: sum(worked for _, worked in tasks), default=[])
