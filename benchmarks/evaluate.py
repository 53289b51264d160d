"""evaluate: a whole test set uploaded and scored, beside a bare loop of session.run."""

import gzip
import http.client
import secrets
import time
from collections.abc import Callable

import numpy as np

from benchmarks.harness.cpu_affinity import apart, on
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, verdict
from benchmarks.harness.request import HOST
from benchmarks.harness.server_process import ours, serving
from benchmarks.harness.timing import Spread, figure
from server.inference.crops import cut, offsets
from server.inference.labelled.labelled_set import LabelledSet
from server.inference.predictor import BATCH, Predictor
from trainer.data.spec import load
from trainer.data.split import split

TARGET = 0.80
"""How fast /evaluate is at least, as a share of the bare loop."""


def measure(options: Options) -> Section:
    """Score the test part of the data over HTTP and bare, in turns, on the same core."""
    test = split([load(options.data)], 0, 0.0).test
    images, labels = idx(test)
    bodies = {
        "IDX": form(images, labels),
        "IDX, gzipped": form(gzip.compress(images), gzip.compress(labels)),
    }
    predictor = Predictor(options.model)
    crops = cut(test.images, offsets(predictor.card, "4"), predictor.card.crop_size)
    loops: dict[int, list[float]] = {4: [], BATCH: []}
    took: dict[str, list[float]] = {name: [] for name in bodies}
    core, rest = apart() or (None, None)
    with serving(ours(workers=1), options.model, core) as served:
        for _ in range(options.pick(7, 1)):
            for name, body in bodies.items():
                with on(rest):
                    took[name].append(seconds_of(lambda body=body: upload(served.port, body)))
            for size, seconds in loops.items():
                with on(core):
                    seconds.append(seconds_of(lambda size=size: bare_loop(predictor, crops, size)))
    return section(test, took, loops)


def section(test: LabelledSet, took: dict[str, list[float]], loops: dict[int, list[float]]) -> Section:
    """What was found, as a section."""
    bare = {size: Spread.of(seconds) for size, seconds in loops.items()}
    rows, reached = [], []
    for name, values in took.items():
        seconds = Spread.of(values)
        reached.append(bare[BATCH].median / seconds.median)
        per_image = figure(seconds.median / len(test) * 1e6)
        speeds = (f"{loop.median / seconds.median:.2f}" for loop in bare.values())
        rows.append((f"`POST /evaluate`, {name}", str(seconds), per_image, *speeds))
    for size, loop in bare.items():
        per_image = figure(loop.median / len(test) * 1e6)
        speeds = (f"{other.median / loop.median:.2f}" for other in bare.values())
        rows.append((f"bare `session.run`, {size} crops a call", str(loop), per_image, *speeds))
    columns = ("what", "seconds", "µs an image", *(f"speed beside bare, {size} crops a call" for size in bare))
    return Section(
        "Evaluate",
        f"Seconds from the first byte of an upload of {len(test):,} images ({test.name}) to the report, kept in the store, "
        "with four crops and one worker, beside a loop of the bare `session.run` over the same crops, cut beforehand, on the "
        "same core.",
        [Table(columns, rows)],
        [
            verdict(
                min(reached) >= TARGET,
                f"{min(reached):.0%} as fast as the bare loop with the server's own batches. Target: at least {TARGET:.0%}",
            )
        ],
        ("inkling", "flask", "waitress", "numpy", "onnxruntime", "sqlalchemy"),
    )


def seconds_of(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def bare_loop(predictor: Predictor, crops: np.ndarray, size: int) -> None:
    """Answer crops, uint8 (n, 24, 24, 1), `size` a call."""
    for start in range(0, len(crops), size):
        predictor.session.run(["probabilities"], {"images": crops[start : start + size]})


def idx(test: LabelledSet) -> tuple[bytes, bytes]:
    """Images and labels as IDX files: the format of MNIST's own, big-endian sizes before the bytes."""
    count, height, width = test.images.shape
    numbers = np.array([int(label) for label in test.labels], np.uint8)[test.targets]
    images = np.array([0x803, count, height, width], ">i4").tobytes() + test.images.tobytes()
    return images, np.array([0x801, count], ">i4").tobytes() + numbers.tobytes()


def form(images: bytes, labels: bytes) -> tuple[bytes, str]:
    """A multipart body with both files, and its media type."""
    boundary = secrets.token_hex(16)
    parts = b""
    for field, content in (("images", images), ("labels", labels)):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{field}-idx"\r\n'
        parts += head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n"
    return parts + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def upload(port: int, body: tuple[bytes, str]) -> None:
    """Send a labelled set and wait for its report."""
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    try:
        connection.request("POST", "/evaluate?crops=4", body[0], {"Content-Type": body[1]})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"Expected a report. Received {answer.status}: {text[:300]!r}.")
    finally:
        connection.close()
