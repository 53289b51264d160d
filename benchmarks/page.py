"""page: how soon the views are there, what they load, and how soon an answer follows the pen."""

import os
from collections.abc import Sequence

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.harness.chromium import SIZE, load_page, running_chromium, trace_tasks
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, format_ratio, load_average_note, target_note
from benchmarks.harness.server_process import inkling_command, running_inkling
from benchmarks.harness.timing import Samples, format_number
from server.api.page.views import VIEWS

FIRST_VIEW, ANSWER, TASK = 300, 50, 50
"""Milliseconds: from the document to its first view, from the pen's last move to its answer, and of one task while drawing."""

BYTES, SHIFTS = 150_000, 0.1
"""Of script and style together, uncompressed; of shifts, which Core Web Vitals call good up to there."""

WATCH = """() => {
    window.moved = window.answered = 0;
    addEventListener("pointermove", (event) => (moved = event.timeStamp), true);
    new MutationObserver(() => (answered = performance.now())).observe(label, { childList: true });
}"""
"""Note when the browser had the last move of the pen, and when the page last wrote an answer."""

ALONE = """async (strokes) => {
    const body = JSON.stringify({ strokes }), headers = { "Content-Type": "application/json" };
    const started = performance.now();
    await (await fetch("/predict?crops=4&show=image", { method: "POST", headers, body })).json();
    return performance.now() - started;
}"""

MOVES, APART = 25, 12
"""Moves of a stroke, and milliseconds between them, as a screen of 80 Hz tells them."""


def measure(options: Options) -> Section:
    """Load every view with nothing in the cache, then draw."""
    load_before = os.getloadavg()[0]
    with running_inkling(inkling_command(2), options.model) as served, running_chromium() as browser:
        address = f"http://127.0.0.1:{served.port}"
        views = {view: _load(browser, f"{address}/{view.removeprefix('draw')}", options.pick(9, 1)) for view in VIEWS}
        answers, alone, tasks = _draw(browser, address, options.pick(20, 2))
    rows = []
    for view, loads in views.items():
        painted = Samples.of([each["painted"] for each in loads])
        size, shifts = loads[0]["bytes"], max(each["shifts"] for each in loads)
        rows.append(
            (
                VIEWS[view],
                str(painted),
                format_ratio(painted.median, FIRST_VIEW),
                f"{size:,}",
                format_ratio(size, BYTES),
                f"{shifts:.4f}",
            )
        )
    loads = [each for view in views.values() for each in view]
    answer, fetch = Samples.of(answers), Samples.of(alone)
    lasted, worked = zip(*tasks, strict=True)
    drawing = [
        (
            "answer after the pen's last move, ms",
            str(answer),
            f"{ANSWER}",
            format_ratio(answer.median, ANSWER),
            format_ratio(max(answers), ANSWER),
        ),
        (
            "the same question asked alone, ms",
            str(fetch),
            f"{ANSWER}",
            format_ratio(fetch.median, ANSWER),
            format_ratio(max(alone), ANSWER),
        ),
        _longest("longest task while drawing, ms", lasted),
        _longest("the longest by the processor's time, ms", worked),
    ]
    return Section(
        "The page",
        f"Each view in headless Chromium at {SIZE['width']}×{SIZE['height']} with an empty cache: milliseconds from the first "
        "byte of its document to its first content, bytes of script and style, and layout shifts; and what drawing costs.",
        [
            Table(("view", "first view, ms", f"/ {FIRST_VIEW}", "script and style, bytes", f"/ {BYTES:,}", "shifts"), rows),
            Table(("drawing", "median (least–most)", "limit", "median / limit", "worst / limit"), drawing),
        ],
        [
            target_note(
                max(each["painted"] for each in loads) < FIRST_VIEW, f"Target: every first view within {FIRST_VIEW} ms"
            ),
            target_note(max(each["bytes"] for each in loads) < BYTES, f"Target: every view under {BYTES:,} bytes"),
            target_note(max(each["shifts"] for each in loads) < SHIFTS, f"Target: shifts below {SHIFTS}"),
            target_note(max(answers) < ANSWER, f"Target: every answer within {ANSWER} ms of the pen's last move"),
            target_note(max(lasted) < TASK, f"Target: no task above {TASK} ms while drawing"),
            f"A stroke has {MOVES} moves {APART} ms apart, the pen stays down, and the answer counts from the time stamp of "
            f"the last move's event until the page has changed; n = {len(answers)} strokes, and {len(tasks):,} tasks.",
            *load_average_note(load_before),
        ],
        ("inkling", "playwright"),
    )


def _longest(name: str, tasks: Sequence[float]) -> tuple[str, ...]:
    return name, format_number(max(tasks)), f"{TASK}", "–", format_ratio(max(tasks), TASK)


def _load(browser: Browser, address: str, times: int) -> list[dict[str, float]]:
    """Load a page several times; the first time, which warms the server, does not count."""
    load_page(browser, address)
    return [load_page(browser, address) for _ in range(times)]


def _draw(browser: Browser, address: str, times: int) -> tuple[list[float], list[float], list[tuple[float, float]]]:
    """Draw strokes: milliseconds of each answer after its last move, of the bare question, and of the page's tasks."""
    hand = np.random.default_rng(0)
    page = browser.new_page(viewport=SIZE)
    page.goto(address)
    page.locator("#bars li").first.wait_for()
    page.evaluate(WATCH)
    _stroke(page, hand)
    answers, alone = [], []
    with trace_tasks(browser, page) as tasks:
        for _ in range(times):
            answers.append(_stroke(page, hand))
    for _ in range(times):
        alone.append(page.evaluate(ALONE, [hand.integers(0, 1000, (MOVES, 2)).tolist()]))
    return answers, alone, tasks


def _stroke(page: Page, hand: np.random.Generator) -> float:
    """Draw a stroke on a clear sheet, and tell how long after its last move the page had the answer."""
    page.keyboard.press("Escape")
    box = page.locator("#pad").bounding_box()
    (x, y), (to_x, to_y) = [(hand.uniform(0.2, 0.8), at) for at in (0.2, 0.8)]
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.down()
    for step in range(1, MOVES + 1):
        share = step / MOVES
        page.mouse.move(box["x"] + (x + (to_x - x) * share) * box["width"], box["y"] + (y + (to_y - y) * share) * box["height"])
        page.wait_for_timeout(APART)
    page.wait_for_timeout(300)
    late = page.evaluate("answered - moved")
    page.mouse.up()
    page.wait_for_timeout(100)
    if late <= 0:
        raise ValueError("Expected an answer after the pen's last move. Received none.")
    return late
