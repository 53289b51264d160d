"""Lessons: latency of a training step on one drawing and of a prediction, over a persistent connection."""

import http.client
import math
import statistics
from collections.abc import Callable, Iterator

from benchmarks.harness.report_section import Table, format_ratio, target_note
from benchmarks.harness.request import HOST, NOOP_REQUEST
from benchmarks.harness.timing import seconds_of
from benchmarks.trainer_service.trainer_client import TIMEOUT_SECONDS, TrainerClient, send_json

TARGETS_MS = {"perceptron": 20, "cnn": 60}
WARM_UP_STEPS = 5

RING = [[[50 + 40 * math.cos(step / 6), 50 + 38 * math.sin(step / 6)] for step in range(38)]]
CROSS = [[[10, 10], [50, 52], [90, 90]], [[90, 12], [50, 50], [8, 90]]]

Latencies = dict[tuple[str, str], list[float]]
"""Milliseconds by network and request."""


def time_steps(trainer: TrainerClient, count: int) -> Latencies:
    """Train, predict and send a no-op request `count` times each, interleaved."""
    latencies: Latencies = {}
    connection = http.client.HTTPConnection(HOST, trainer.port, timeout=TIMEOUT_SECONDS)
    for network in TARGETS_MS:
        path = f"/lessons/{send_json(connection, 'POST', '/lessons', {'labels': ['X', 'O'], 'network': network})['id']}"
        drawings = [{"strokes": CROSS, "label": "X"}, {"strokes": RING, "label": "O"}]
        for number in range(-WARM_UP_STEPS, count):
            for request, call in _calls(connection, path, drawings[number % 2]).items():
                seconds = seconds_of(call)
                if number >= 0:
                    latencies.setdefault((network, request), []).append(seconds * 1e3)
    connection.close()
    return latencies


def _calls(connection: http.client.HTTPConnection, path: str, drawing: dict) -> dict[str, Callable[[], object]]:
    return {
        "train": lambda: send_json(connection, "POST", f"{path}/train", drawing | {"repeats": 1}),
        "predict": lambda: send_json(connection, "POST", f"{path}/predict", {"strokes": drawing["strokes"]}),
        "no-op": lambda: send_json(connection, NOOP_REQUEST.method, NOOP_REQUEST.path),
    }


def lesson_table(latencies: Latencies) -> Table:
    """Latencies relative to the no-op request."""
    names = {"train": "`train`, one step", "predict": "`predict`", "no-op": f"baseline: {NOOP_REQUEST.name}"}
    rows = []
    for (network, request), values in latencies.items():
        median, baseline = statistics.median(values), statistics.median(latencies[network, "no-op"])
        p99 = sorted(values)[math.ceil(len(values) * 0.99) - 1]
        ratio = format_ratio(median, baseline)
        rows.append((names[request], network, str(len(values)), f"{median:.2f}", f"{p99:.1f}", ratio))
    return Table(("request", "network", "n", "p50, ms", "p99, ms", "ratio"), rows, "One step of a lesson")


def lesson_notes(latencies: Latencies) -> Iterator[str]:
    """Whether steps are fast enough."""
    for network, target in TARGETS_MS.items():
        median = statistics.median(latencies[network, "train"])
        yield target_note(median < target, f"a step of the {network} in under {target} ms", f"{median:.1f} ms")
