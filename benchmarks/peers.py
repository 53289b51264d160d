"""Section: the table of ratios, the servers' latencies, and the targets."""

import os
import time
from collections.abc import Sequence

from benchmarks.harness.load import load_generator
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, load_average_note, target_note
from benchmarks.peer_systems import serving, training
from benchmarks.peer_systems.comparison import COLUMNS, Comparison
from benchmarks.peer_systems.framework import BENTOML, FASTAPI, FLASK_KERAS, Framework
from benchmarks.peer_systems.serving import ServingComparison

SECONDS = 480
"""After so many, installation included, no further round of loads begins: on a slow machine there are fewer of them."""

TARGETS: Sequence[tuple[str, float, tuple[Framework, ...]]] = (
    ("Flask + Keras, the faster of the two", 50, FLASK_KERAS),
    ("BentoML", 6, BENTOML),
    ("FastAPI + uvicorn as documented", 2.5, FASTAPI[:1]),
)


def measure(options: Options) -> Section:
    """Fit, then load."""
    until, busy = time.monotonic() + SECONDS, os.getloadavg()[0]
    learnt = training.compare(options)
    answered = serving.compare(options, until)
    return section(learnt, answered, busy)


def section(learnt: list[Comparison], answered: list[ServingComparison], busy: float = 0.0) -> Section:
    """What was found, as a section. busy: the machine's load average before the first figure."""
    beside = [comparison for layout in answered for comparison in layout.comparisons()]
    return Section(
        "Peers",
        "Ours beside the systems that people would take otherwise, on this machine and in one run; a ratio above 1 says that "
        "ours is faster.",
        [
            Table(COLUMNS, [comparison.row() for comparison in (*learnt, *beside)], "Ratios"),
            *(layout.table() for layout in answered),
        ],
        [
            *NOTES,
            f"The Keras model has the layers of the network {answered[0].network}, with fresh weights. The load is made by "
            f"{load_generator()}, from the cores that the server does not run on.",
            *targets(answered[0].comparisons()),
            *load_average_note(busy),
        ],
        ("inkling", "keras", "tensorflow", "numpy", "onnxruntime", "pillow", "flask", "waitress"),
    )


NOTES = (
    "Fits: seconds of training from the first step on, without the scoring of the test part. Ours are told at the end of an "
    "epoch, with validation, compilation and the saving of weights; ConvNetJS is scored after every 2,500 examples on the "
    "test part's first 1,000, and on the whole of it as soon as these come within half a percent of the goal. Ours uses all "
    "cores, what runs under Node one, as it comes.",
    "Servers: each decodes the same PNG, cuts the same four crops, answers them with the same ONNX file and gives the label "
    "and the probabilities as JSON; ours normalises the picture and gives the four crops' probabilities besides.",
    "On one core every session has one thread, as a default one leaves the core that its process is kept on; targets are "
    "judged there. Started as documented, sessions have their default threads, ours has a worker for each core, the tuned "
    "FastAPI as many, each with a session of one thread, and the others the one worker that their documentation starts.",
)


def targets(beside: list[Comparison]) -> list[str]:
    """Whether each target was met, or that it could not be measured."""
    said = []
    for name, wanted, peers in TARGETS:
        names = {peer.name for peer in peers}
        times = [comparison.times for comparison in beside if comparison.peer in names and comparison.times]
        if not times:
            said.append(f"{name}. Target: {wanted:g} times its requests a second: not measured, as it is missing")
        else:
            reached = min(times)
            target = f"{reached:.1f} times the requests a second of {name}. Target: {wanted:g}"
            said.append(target_note(reached >= wanted, target))
    return said
