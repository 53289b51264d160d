"""evaluate: upload and evaluate a whole test set, next to a loop of session.run."""

import gzip

import numpy as np

from benchmarks.harness.cpu_affinity import pinned_to, split_cores
from benchmarks.harness.load import LoadFailed
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, format_ratio, target_note
from benchmarks.harness.request import Request, fetch, multipart
from benchmarks.harness.server_process import inkling_command, running_inkling
from benchmarks.harness.timing import Samples, format_number, seconds_of
from inkling.datasets.dataset import Dataset
from inkling.models.crops import crop_offsets, extract_crops
from inkling.models.predictor import MAX_BATCH, Predictor
from trainer.data.spec import load
from trainer.data.split import split

TARGET = 0.80
"""Minimum speed of /evaluate, relative to session.run with the server's batch size."""


def measure(options: Options) -> Section:
    """Evaluate the test split over HTTP and in a loop, interleaved, on the same core."""
    test = split([load(options.data)], 0, 0.0).test
    images, labels = idx_files(test)
    uploads = {
        "IDX": upload_request(images, labels),
        "IDX, gzipped": upload_request(gzip.compress(images), gzip.compress(labels)),
    }
    predictor = Predictor(options.model)
    crops = extract_crops(test.images, crop_offsets(predictor.card, "4"), predictor.card.crop_size)
    loops: dict[int, list[float]] = {4: [], MAX_BATCH: []}
    took: dict[str, list[float]] = {name: [] for name in uploads}
    core, rest = split_cores()
    with running_inkling(inkling_command(workers=1), options.model, core) as server:
        for _ in range(options.pick(7, 1)):
            for name, request in uploads.items():
                with pinned_to(rest):
                    took[name].append(seconds_of(lambda request=request: upload(server.port, request)))
            for size, seconds in loops.items():
                with pinned_to(core):
                    seconds.append(seconds_of(lambda size=size: predict_in_batches(predictor, crops, size)))
    return section(test, took, loops)


def section(test: Dataset, took: dict[str, list[float]], loops: dict[int, list[float]]) -> Section:
    """The report section."""
    baselines = {size: Samples.of(seconds) for size, seconds in loops.items()}
    measured = {f"`POST /evaluate`, {name}": Samples.of(seconds) for name, seconds in took.items()}
    slowest = max(seconds.median for seconds in measured.values())
    measured |= {f"`session.run`, {size} crops per call": seconds for size, seconds in baselines.items()}
    rows = []
    for name, seconds in measured.items():
        speeds = (format_ratio(baseline.median, seconds.median) for baseline in baselines.values())
        rows.append((name, str(seconds), format_number(seconds.median / len(test) * 1e6), *speeds))
    reached = baselines[MAX_BATCH].median / slowest
    relative = (f"speed relative to `session.run`, {size} crops per call" for size in baselines)
    return Section(
        "Evaluation of a dataset",
        f"Seconds from the first byte of an upload of {len(test):,} images ({test.name}) to the stored report, with four crops "
        "and one worker, next to a loop of `session.run` over the same crops, cut beforehand, on the same core.",
        [Table(("run", "seconds", "per image, µs", *relative), rows)],
        [target_note(reached >= TARGET, f"at least {TARGET:.0%} of the speed of `session.run`", f"{reached:.0%}")],
        ("inkling", "flask", "waitress", "numpy", "onnxruntime", "sqlalchemy"),
    )


def predict_in_batches(predictor: Predictor, crops: np.ndarray, size: int) -> None:
    """Run the session on crops, uint8 (n, 24, 24, 1), `size` per call."""
    for start in range(0, len(crops), size):
        predictor.session.run(["probabilities"], {"images": crops[start : start + size]})


def idx_files(test: Dataset) -> tuple[bytes, bytes]:
    """Images and labels as IDX files, the format of MNIST: big-endian header, then the bytes."""
    count, height, width = test.images.shape
    numbers = np.array([int(label) for label in test.labels], np.uint8)[test.targets]
    images = np.array([0x803, count, height, width], ">i4").tobytes() + test.images.tobytes()
    return images, np.array([0x801, count], ">i4").tobytes() + numbers.tobytes()


def upload_request(images: bytes, labels: bytes) -> Request:
    """The upload of both files as a form."""
    body, media_type = multipart({"images": images, "labels": labels}, "application/octet-stream")
    return Request("evaluate", "POST", "/evaluate?crops=4", body, media_type)


def upload(port: int, request: Request) -> None:
    """Upload a dataset and wait for its report. Raises LoadFailed if there is none."""
    response = fetch(port, request, timeout=120)
    if response.status != 201:
        raise LoadFailed(f"POST /evaluate responded with status {response.status}: {response.body[:300]!r}")
