"""Lessons: milliseconds of a step on one drawing, and of an answer, as a page sees them over a connection that stays open."""

import http.client
import math
import statistics
import time
from collections.abc import Callable, Iterator

from benchmarks.harness.report_section import Table, format_ratio, target_note
from benchmarks.harness.request import HOST, NOOP_REQUEST
from benchmarks.trainer_service.trainer_client import PATIENCE, Trainer, send

TARGETS = {"perceptron": 20, "cnn": 60}
WARM_UP = 5

RING = [[[50 + 40 * math.cos(step / 6), 50 + 38 * math.sin(step / 6)] for step in range(38)]]
CROSS = [[[10, 10], [50, 52], [90, 90]], [[90, 12], [50, 50], [8, 90]]]

Found = dict[tuple[str, str], list[float]]


def lesson_steps(trainer: Trainer, count: int) -> Found:
    """Milliseconds of each request, by network and kind: train, predict, and a route that does nothing, in turns."""
    found: Found = {}
    connection = http.client.HTTPConnection(HOST, trainer.port, timeout=PATIENCE)
    for network in TARGETS:
        path = f"/lessons/{send(connection, 'POST', '/lessons', {'labels': ['X', 'O'], 'network': network})['id']}"
        signs = [{"strokes": CROSS, "label": "X"}, {"strokes": RING, "label": "O"}]
        for number in range(-WARM_UP, count):
            sign = signs[number % 2]
            for kind, call in _calls(connection, path, sign).items():
                began = time.perf_counter()
                call()
                if number >= 0:
                    found.setdefault((network, kind), []).append((time.perf_counter() - began) * 1e3)
    connection.close()
    return found


def _calls(connection: http.client.HTTPConnection, path: str, sign: dict) -> dict[str, Callable[[], object]]:
    return {
        "train": lambda: send(connection, "POST", f"{path}/train", sign | {"repeats": 1}),
        "predict": lambda: send(connection, "POST", f"{path}/predict", {"strokes": sign["strokes"]}),
        "nothing": lambda: send(connection, NOOP_REQUEST.method, NOOP_REQUEST.path),
    }


def lesson_table(found: Found) -> Table:
    """What was found."""
    words = {"train": "`train`, one step", "predict": "`predict`", "nothing": f"limit: {NOOP_REQUEST.name}"}
    rows = []
    for (network, kind), took in found.items():
        limit = statistics.median(found[network, "nothing"])
        p99 = sorted(took)[math.ceil(len(took) * 0.99) - 1]
        median = statistics.median(took)
        rows.append((words[kind], network, f"{len(took)}", f"{median:.2f}", f"{p99:.1f}", format_ratio(median, limit)))
    return Table(("request", "network", "n", "p50, ms", "p99, ms", "of the limit"), rows, "A step of a lesson")


def lesson_verdicts(found: Found) -> Iterator[str]:
    """Whether a step is answered in time."""
    for network, target in TARGETS.items():
        median = statistics.median(found[network, "train"])
        yield target_note(median < target, f"A step of the {network} takes {median:.1f} ms. Target: under {target} ms")
