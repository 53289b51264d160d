"""infer: /v2 with binary tensors of 64 images, next to /evaluate with the same images."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from benchmarks.evaluate import idx_files, upload, upload_request
from benchmarks.harness.cpu_affinity import pinned_to, split_cores
from benchmarks.harness.load import LoadFailed
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, format_ratio, target_note
from benchmarks.harness.request import HOST
from benchmarks.harness.server_process import inkling_command, running_inkling
from benchmarks.harness.timing import Samples, format_number, seconds_of
from trainer.data.spec import load
from trainer.data.split import split

BATCH = 64
CONNECTIONS = 2
"""One request arrives while another one is computed."""

PATH = "/v2/models/digits/infer"
HEADER = "Inference-Header-Content-Length"


def measure(options: Options) -> Section:
    """Predict the test split in both ways, interleaved, with one worker on one core."""
    test = split([load(options.data)], 0, 0.0).test
    request = upload_request(*idx_files(test))
    bodies = [infer_request(test.images[start : start + BATCH]) for start in range(0, len(test), BATCH)]
    evaluated, inferred = [], []
    core, rest = split_cores()
    with running_inkling(inkling_command(workers=1), options.model, core) as server, pinned_to(rest):
        for _ in range(options.pick(7, 1)):
            evaluated.append(seconds_of(lambda: upload(server.port, request)))
            inferred.append(seconds_of(lambda: infer_all(server.port, bodies)))
    took = {f"`POST {PATH}`, {BATCH} images": Samples.of(inferred), "`POST /evaluate`": Samples.of(evaluated)}
    baseline = took["`POST /evaluate`"]
    rows: list[tuple[str, ...]] = [
        (name, str(seconds), format_number(len(test) / seconds.median), format_ratio(baseline.median, seconds.median))
        for name, seconds in took.items()
    ]
    ratio = baseline.median / Samples.of(inferred).median
    return Section(
        "Open Inference Protocol",
        f"Seconds for {len(test):,} images ({test.name}) with four crops and one worker: binary tensors of {BATCH} images over "
        f"{CONNECTIONS} connections, next to one upload to `/evaluate`, which also stores a report.",
        [Table(("request", "seconds", "images/s", "speed relative to `/evaluate`"), rows)],
        [target_note(ratio >= 1, "at least the images/s of `/evaluate`", format_number(ratio))],
        ("inkling", "flask", "waitress", "numpy", "onnxruntime"),
    )


def infer_request(images: np.ndarray) -> tuple[bytes, int]:
    """The body for images, uint8 (n, 28, 28), with binary input and output, and the length of its JSON."""
    tensor = {"name": "images", "datatype": "UINT8", "shape": images.shape, "parameters": {"binary_data_size": images.size}}
    output = {"name": "probabilities", "parameters": {"binary_data": True}}
    head = json.dumps({"inputs": [tensor], "outputs": [output]}).encode()
    return head + images.tobytes(), len(head)


def infer_all(port: int, bodies: list[tuple[bytes, int]]) -> None:
    """Send all requests, over several connections. Raises LoadFailed unless all succeed."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(partial(infer_each, port), (bodies[number::CONNECTIONS] for number in range(CONNECTIONS))))


def infer_each(port: int, bodies: list[tuple[bytes, int]]) -> None:
    """Send requests one after the other. Raises LoadFailed unless all succeed."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    for body, length in bodies:
        connection.request("POST", PATH, body, {HEADER: str(length), "Content-Type": "application/octet-stream"})
        with connection.getresponse() as response:
            content = response.read()
        if response.status != 200:
            raise LoadFailed(f"POST {PATH} responded with status {response.status}: {content[:300]!r}")
    connection.close()
