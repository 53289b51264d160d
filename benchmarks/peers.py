"""peers: training and serving next to other systems, with a table of ratios."""

import time
from collections.abc import Sequence

from benchmarks.harness.load import load_generator
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, load_average, target_note
from benchmarks.peer_systems import serving, training
from benchmarks.peer_systems.comparison import COLUMNS, Comparison
from benchmarks.peer_systems.framework import BENTOML, FASTAPI, FLASK_KERAS, Framework
from benchmarks.peer_systems.serving import ServingComparison

SECONDS = 480
"""No further round of loads starts after this time, installation included, so a slow machine runs fewer rounds."""

TARGETS: Sequence[tuple[str, float, tuple[Framework, ...]]] = (
    ("Flask + Keras, the faster of the two", 50, FLASK_KERAS),
    ("BentoML", 6, BENTOML),
    ("FastAPI + uvicorn as documented", 2.5, FASTAPI[:1]),
)


def measure(options: Options) -> Section:
    """Train, then serve."""
    until, busy = time.monotonic() + SECONDS, load_average()
    trained = training.compare(options)
    served = serving.compare(options, until)
    return section(trained, served, busy)


def section(trained: list[Comparison], served: list[ServingComparison], busy: float = 0.0) -> Section:
    """The report section. busy: the load average before the first measurement."""
    comparisons = [*trained, *(comparison for layout in served for comparison in layout.comparisons())]
    return Section(
        "Peers",
        "Inkling next to other systems, on this machine and in one run. A factor above 1 means that Inkling is faster.",
        [
            Table(COLUMNS, [comparison.row() for comparison in comparisons], "Ratios"),
            *(layout.table() for layout in served),
        ],
        [
            *NOTES,
            f"The Keras model has the layers of the network `{served[0].network}`, with random weights. The load comes from "
            f"{load_generator()}, on the cores that the server does not use.",
            *target_notes(served[0].comparisons()),
        ],
        ("inkling", "keras", "tensorflow", "numpy", "onnxruntime", "pillow", "flask", "waitress"),
        busy,
    )


NOTES = (
    "Training: seconds from the first step on, without the evaluation on the test split. Inkling's are taken at the end of an "
    "epoch and include validation, compilation and saving of weights; ConvNetJS is evaluated after every 2,500 examples on the "
    "first 1,000 test images, and on all of them once these come within half a percent of the goal. Inkling uses all cores, "
    "the libraries under Node use one, as they are.",
    "Serving: each server decodes the same PNG, cuts the same four crops, runs the same ONNX file and returns label and "
    "probabilities as JSON; Inkling also normalizes the picture and returns the probabilities of each crop.",
    "On one core, each session has one thread, because the default would start one outside of the core to which the process is "
    "pinned; the targets apply to this layout. Started as documented, sessions have their default number of threads; Inkling "
    "starts one worker per core, so does the tuned FastAPI with one thread per session, and the others start the one worker of "
    "their documentation.",
)


def target_notes(comparisons: list[Comparison]) -> list[str]:
    """Whether each target was met, or that it could not be measured."""
    notes = []
    for name, target, frameworks in TARGETS:
        names = {framework.name for framework in frameworks}
        speedups = [comparison.speedup for comparison in comparisons if comparison.peer in names and comparison.speedup]
        wanted = f"{target:g} times the requests/s of {name}"
        if speedups:
            notes.append(target_note(min(speedups) >= target, wanted, f"{min(speedups):.1f} times"))
        else:
            notes.append(f"Not measured, because the peer is missing (target: {wanted}).")
    return notes
