"""explain: the cost of explanations on one core, next to that of a prediction."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import numpy as np

from benchmarks.harness.cpu_affinity import first_core, run_in_process
from benchmarks.harness.onnx_baseline import session_run_call
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, format_ratio, load_average, target_note
from benchmarks.harness.timing import format_number, time_pair
from inkling.explain.explainer import Explainer
from inkling.explain.occlusion import compute_occlusion_map, cover_patches, crop_choice
from inkling.models.crops import crop_offsets, extract_crops
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import SMOKE_STROKES, smoke_image
from server.app import create_app
from server.settings import Settings

TARGET_MS = 30
REQUESTS = {
    "everything": "/explain",
    "activations, as requested while drawing": "/explain?show=activations",
    "kernels": "/explain?show=kernels",
    "occlusion map": "/explain?show=occlusion",
}
MILLISECONDS, BLOCK_SECONDS = 1e3, 0.2


def measure(options: Options) -> Section:
    """Time requests and their parts in a separate process on one core."""
    busy = load_average()
    requests, parts, slowest = run_in_process(time_all, options, cores=first_core())
    return Section(
        "Explanations",
        "Milliseconds on one core of whole requests to the app, strokes in, JSON out, next to `/predict` with the same "
        "strokes; and of the work behind them, next to `session.run` on the same crops.",
        [
            Table(("request", "Inkling, ms", "response, kB", "`/predict`, ms", "ratio"), requests),
            Table(("part", "Inkling, ms", "baseline", "baseline, ms", "ratio"), parts),
        ],
        [
            target_note(slowest < TARGET_MS, f"everything in under {TARGET_MS} ms", f"{format_number(slowest)} ms"),
            f"Model: {options.model.stem}.",
            "The occlusion map covers only places with ink, and its crops run in batches; the baseline runs the same crops one "
            "at a time.",
        ],
        ("inkling", "numpy", "onnxruntime", "flask", "orjson"),
        busy,
    )


def time_all(options: Options) -> tuple[list, list, float]:
    """The rows of both tables, and the median of the slowest request in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        copy(options.model, folder / "digits.onnx")
        client = create_app(Settings(models=str(folder), store=f"sqlite:///{folder / 'store.db'}")).test_client()
        requests, slowest = time_requests(options, client.post)
    return requests, time_parts(options), slowest


def time_requests(options: Options, post: Callable) -> tuple[list[tuple[str, ...]], float]:
    """One row per kind of explanation."""
    drawing = {"strokes": [stroke.tolist() for stroke in SMOKE_STROKES]}
    rows, slowest = [], 0.0
    for name, path in REQUESTS.items():
        own, predict = time_pair(
            lambda path=path: post(path, json=drawing),
            lambda: post("/predict", json=drawing),
            options,
            MILLISECONDS,
            BLOCK_SECONDS,
        )
        size = format_number(len(post(path, json=drawing).data) / 1e3)
        rows.append((name, str(own), size, str(predict), format_ratio(own.median, predict.median)))
        slowest = max(slowest, own.median)
    return rows, slowest


def time_parts(options: Options) -> list[tuple[str, ...]]:
    """One row per part, and one for creating the explainer."""
    predictor, image = Predictor(options.model), smoke_image()
    data, size = options.model.read_bytes(), predictor.card.crop_size
    explainer = Explainer(data, predictor)
    crop = extract_crops(image[None], crop_offsets(predictor.card, "1"), size)[0, :, :, 0]
    crops = extract_crops(cover_patches(image)[1], crop_offsets(predictor.card, crop_choice(predictor)), size)

    def run_one_by_one() -> None:
        for each in np.split(crops, len(crops)):
            predictor.session.run(["probabilities"], {"images": each})

    cases: list[tuple[str, Callable, str, Callable]] = [
        (
            "activations of 1 crop",
            lambda: explainer.activations(crop),
            "`session.run` on it",
            session_run_call(predictor, image[None], "1"),
        ),
        (
            f"occlusion map, {len(crops):,} crops",
            lambda: compute_occlusion_map(predictor, image),
            "`session.run` on each crop",
            run_one_by_one,
        ),
        (
            "create an explainer, once per model version",
            lambda: Explainer(data, predictor),
            "load the model",
            lambda: Predictor(options.model),
        ),
    ]
    rows = []
    for name, own_call, baseline_name, baseline_call in cases:
        own, baseline = time_pair(own_call, baseline_call, options, MILLISECONDS, BLOCK_SECONDS)
        rows.append((name, str(own), baseline_name, str(baseline), format_ratio(own.median, baseline.median)))
    return rows
