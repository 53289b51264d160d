"""explain: what it costs on one core to tell what is inside of a network, and what that costs an answer."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import numpy as np

from benchmarks.harness.cpu_affinity import alone, available
from benchmarks.harness.onnx_baseline import bare_call
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, beside_work, ratio, verdict
from benchmarks.harness.timing import figure, in_turns
from server.app import create_app
from server.inference.crops import cut, offsets
from server.inference.explaining.explainer import Explainer
from server.inference.explaining.occlusion import covered, crops_for, find_evidence
from server.inference.predictor import Predictor
from server.inference.smoke import STROKES, smoke_image
from server.settings import Settings

MOST_MS = 30
ASKED = {
    "all of it": "/explain",
    "activations, as the page asks while one draws": "/explain?show=activations",
    "kernels": "/explain?show=kernels",
    "evidence": "/explain?show=evidence",
}


def measure(options: Options) -> Section:
    """Time requests and their parts in a process of its own on one core."""
    busy = os.getloadavg()[0]
    requests, parts, slowest = alone(time_all, options, cores=set(available()[:1]) or None)
    return Section(
        "What an explanation costs",
        "Milliseconds on one core of whole requests to the app, a drawing as strokes in, JSON out, beside `/predict` of the "
        "same; and of what the runtime does for them, beside the bare `session.run` of the same crops.",
        [
            Table(("request", "ours, ms", "kB", "`/predict`, ms", "ours / `/predict`"), requests),
            Table(("part", "ours, ms", "beside", "that, ms", "ours / that"), parts),
        ],
        [
            f"The model is {options.model.stem}. {verdict(slowest < MOST_MS, f'All of it under {MOST_MS} ms')}.",
            "Evidence is asked for in batches, of places that hold ink; the plain loop asks for the same crops one by one.",
            *beside_work(busy),
        ],
        ("inkling", "numpy", "onnxruntime", "flask", "orjson"),
    )


def time_all(options: Options) -> tuple[list, list, float]:
    """The rows of both tables, and the median of the slowest request, in ms."""
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        copy(options.model, folder / "digits.onnx")
        client = create_app(Settings(models=str(folder), store=f"sqlite:///{folder / 'store.db'}")).test_client()
        requests, slowest = time_requests(options, client.post)
    return requests, time_parts(options), slowest


def time_requests(options: Options, post: Callable) -> tuple[list[tuple[str, ...]], float]:
    """A row for each part of an explanation."""
    drawing = {"strokes": [stroke.tolist() for stroke in STROKES]}
    rows, slowest = [], 0.0
    for name, path in ASKED.items():
        calls = {"ours": lambda path=path: post(path, json=drawing), "predict": lambda: post("/predict", json=drawing)}
        took = in_turns(calls, options.pick(15, 2), options.pick(0.2, 0.005))
        ours, predict = took["ours"].times(1e3), took["predict"].times(1e3)
        size = figure(len(post(path, json=drawing).data) / 1e3)
        rows.append((name, str(ours), size, str(predict), ratio(ours.median, predict.median)))
        slowest = max(slowest, ours.median)
    return rows, slowest


def time_parts(options: Options) -> list[tuple[str, ...]]:
    """A row for what the runtime does, and one for what the first question costs."""
    predictor, image = Predictor(options.model), smoke_image()
    data, size, corners = options.model.read_bytes(), predictor.card.crop_size, offsets(predictor.card, "1")
    explainer = Explainer(data, predictor, options.model.parent)
    crop = cut(image[None], corners, size)[0, :, :, 0]
    chosen = offsets(predictor.card, crops_for(predictor))
    crops = cut(covered(image)[1], chosen, size)

    def one_by_one() -> None:
        for each in np.split(crops, len(crops)):
            predictor.session.run(["probabilities"], {"images": each})

    named = [
        (
            "activations of one crop",
            lambda: explainer.activations(crop),
            "`session.run` of it",
            bare_call(predictor, image[None], "1"),
        ),
        (
            f"evidence of {len(crops):,} crops",
            lambda: find_evidence(predictor, image),
            "a plain loop of `session.run`",
            one_by_one,
        ),
        (
            "an explainer, once a version",
            lambda: Explainer(data, predictor, options.model.parent),
            "loading the model",
            lambda: Predictor(options.model),
        ),
    ]
    rows = []
    for name, ours, beside, theirs in named:
        took = in_turns({"ours": ours, "theirs": theirs}, options.pick(11, 2), options.pick(0.2, 0.005))
        mine, other = took["ours"].times(1e3), took["theirs"].times(1e3)
        rows.append((name, str(mine), beside, str(other), ratio(mine.median, other.median)))
    return rows
