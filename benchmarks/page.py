"""page: how soon each view appears, what it loads, and how soon a prediction follows the pen."""

from collections.abc import Sequence

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.harness.chromium import SIZE, load_page, running_chromium, trace_tasks
from benchmarks.harness.load import LoadFailed
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, format_ratio, load_average, target_note
from benchmarks.harness.request import HOST
from benchmarks.harness.server_process import inkling_command, running_inkling
from benchmarks.harness.timing import Samples, format_number
from server.api.page.views import VIEWS

PAINT_MS, PREDICTION_MS, TASK_MS = 300, 50, 50
"""Targets: first contentful paint after the document's first byte; prediction after the last pen move; one task."""

PAGE_BYTES, LAYOUT_SHIFT = 150_000, 0.1
"""Targets: uncompressed bytes of scripts and styles; cumulative layout shift, which Core Web Vitals call good up to 0.1."""

WATCH = """() => {
    window.moved = window.predicted = 0;
    addEventListener("pointermove", (event) => (moved = event.timeStamp), true);
    const label = document.querySelector("[data-testid=label]");
    new MutationObserver(() => (predicted = performance.now())).observe(label, { childList: true });
}"""
"""Record the time stamp of the last pen move, and when the page last wrote a prediction."""

FETCH_ALONE = """async (strokes) => {
    const body = JSON.stringify({ strokes }), headers = { "Content-Type": "application/json" };
    const started = performance.now();
    await (await fetch("/predict?crops=4&show=image", { method: "POST", headers, body })).json();
    return performance.now() - started;
}"""

INSIDE = "inside?layer=conv3&at=2,1,5"
"""The view with the most work per move: maps of all layers, and a calculation of 400 products."""

MOVES, MOVE_INTERVAL_MS = 25, 12
"""Moves of a stroke, and the time between them, as on a display of 80 Hz."""


def measure(options: Options) -> Section:
    """Load each view with an empty cache, then draw."""
    busy = load_average()
    with running_inkling(inkling_command(2), options.model) as server, running_chromium() as browser:
        address = f"http://{HOST}:{server.port}"
        views = {view: _load(browser, f"{address}/{view.removeprefix('draw')}", options.pick(9, 1)) for view in VIEWS}
        predictions, requests, tasks = _draw(browser, address, options.pick(20, 2))
        _, _, inside_tasks = _draw(browser, f"{address}/{INSIDE}", options.pick(20, 2))
    loads = [load for each in views.values() for load in each]
    (wall, cpu), (inside_wall, inside_cpu) = zip(*tasks, strict=True), zip(*inside_tasks, strict=True)
    return Section(
        "The page",
        f"Each view in headless Chromium at {SIZE['width']}×{SIZE['height']} with an empty cache: first contentful paint after "
        "the document's first byte, size of scripts and styles, layout shift; and latency while drawing.",
        [
            Table(
                (
                    "view",
                    "first contentful paint, ms",
                    f"relative to {PAINT_MS} ms",
                    "scripts and styles, bytes",
                    f"relative to {PAGE_BYTES:,}",
                    "layout shift",
                ),
                [_view_row(VIEWS[view], loads) for view, loads in views.items()],
            ),
            Table(
                ("drawing", "milliseconds", "limit, ms", "median / limit", "worst / limit"),
                [
                    _drawing_row("prediction after the last pen move", predictions, PREDICTION_MS),
                    _drawing_row("the same request alone", requests, PREDICTION_MS),
                    _task_row("longest task while drawing, wall time", wall),
                    _task_row("longest task while drawing, CPU time", cpu),
                    _task_row("longest task while drawing on Inside, wall time", inside_wall),
                    _task_row("longest task while drawing on Inside, CPU time", inside_cpu),
                ],
            ),
        ],
        [
            *_targets(loads, predictions, wall + inside_wall),
            f"A stroke has {MOVES} moves {MOVE_INTERVAL_MS} ms apart, and the pen stays down. Latency is measured from the "
            f"time stamp of the last move until the page has changed; n = {len(predictions)} strokes and {len(tasks):,} tasks. "
            f"On Inside the maps of all layers and the calculation of a selected value follow the pen; n = "
            f"{len(inside_tasks):,} tasks.",
        ],
        ("inkling", "playwright"),
        busy,
    )


def _targets(loads: list[dict[str, float]], predictions: list[float], wall: Sequence[float]) -> list[str]:
    paint, size, shift = (max(load[name] for load in loads) for name in ("painted", "bytes", "shifts"))
    latency, task = max(predictions), max(wall)
    return [
        target_note(paint < PAINT_MS, f"first contentful paint within {PAINT_MS} ms", f"{format_number(paint)} ms at most"),
        target_note(size < PAGE_BYTES, f"under {PAGE_BYTES:,} bytes per view", f"{size:,} at most"),
        target_note(shift < LAYOUT_SHIFT, f"layout shift under {LAYOUT_SHIFT}", f"{shift:.4f} at most"),
        target_note(
            latency < PREDICTION_MS,
            f"prediction within {PREDICTION_MS} ms of the last pen move",
            f"{format_number(latency)} ms at most",
        ),
        target_note(task < TASK_MS, f"no task over {TASK_MS} ms while drawing", f"{format_number(task)} ms at most"),
    ]


def _view_row(name: str, loads: list[dict[str, float]]) -> tuple[str, ...]:
    painted = Samples.of([load["painted"] for load in loads])
    size, shift = loads[0]["bytes"], max(load["shifts"] for load in loads)
    ratios = format_ratio(painted.median, PAINT_MS), format_ratio(size, PAGE_BYTES)
    return name, str(painted), ratios[0], f"{size:,}", ratios[1], f"{shift:.4f}"


def _drawing_row(name: str, values: list[float], limit: float) -> tuple[str, ...]:
    spread = Samples.of(values)
    return name, str(spread), str(limit), format_ratio(spread.median, limit), format_ratio(max(values), limit)


def _task_row(name: str, tasks: Sequence[float]) -> tuple[str, ...]:
    return name, format_number(max(tasks)), str(TASK_MS), "–", format_ratio(max(tasks), TASK_MS)


def _load(browser: Browser, address: str, times: int) -> list[dict[str, float]]:
    """Load a page several times, after a first time that warms up the server."""
    load_page(browser, address)
    return [load_page(browser, address) for _ in range(times)]


def _draw(browser: Browser, address: str, times: int) -> tuple[list[float], list[float], list[tuple[float, float]]]:
    """Draw strokes: milliseconds to each prediction, of the request alone, and of the page's tasks."""
    rng = np.random.default_rng(0)
    page = browser.new_page(viewport=SIZE)
    page.goto(address, wait_until="networkidle")
    page.evaluate(WATCH)
    _stroke(page, rng)
    with trace_tasks(browser, page) as tasks:
        predictions = [_stroke(page, rng) for _ in range(times)]
    strokes = [[rng.integers(0, 1000, (MOVES, 2)).tolist()] for _ in range(times)]
    return predictions, [page.evaluate(FETCH_ALONE, each) for each in strokes], tasks


def _stroke(page: Page, rng: np.random.Generator) -> float:
    """Draw a stroke on an empty canvas: milliseconds from its last move to the prediction."""
    page.keyboard.press("Escape")
    box = page.get_by_test_id("drawing-canvas").bounding_box()
    start, end = np.array([[rng.uniform(0.2, 0.8), y] for y in (0.2, 0.8)])
    for move in range(MOVES + 1):
        x, y = start + (end - start) * move / MOVES
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if move == 0:
            page.mouse.down()
        else:
            page.wait_for_timeout(MOVE_INTERVAL_MS)
    page.wait_for_timeout(300)
    latency = page.evaluate("predicted - moved")
    page.mouse.up()
    page.wait_for_timeout(100)
    if latency <= 0:
        raise LoadFailed("The page showed no prediction after the last pen move.")
    return latency
