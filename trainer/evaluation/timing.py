"""Timing: what an answer costs, by the runtime that serves it."""

import statistics
import time
from collections.abc import Callable, Sequence

from inkling.models.crops import crop_offsets, extract_crops
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image

CROPS = "4"
"""A batch: the windows that are averaged by default."""

ROUNDS, SECONDS = 21, 0.02
"""Turns that each model gets, and how long one takes: whatever else the machine does hits them alike."""


def microseconds_a_crop(predictors: Sequence[Predictor]) -> list[float]:
    """The median time of a crop on one core for each model, answered four at a time by the bare runtime."""
    calls = [_call(predictor) for predictor in predictors]
    counts = [max(1, round(SECONDS / max(_seconds(call, 5) / 5, 1e-6))) for call in calls]
    turns: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, count, took in zip(calls, counts, turns, strict=True):
            took.append(_seconds(call, count) / count)
    crops = [len(crop_offsets(predictor.card, CROPS)) for predictor in predictors]
    return [statistics.median(took) / count * 1e6 for took, count in zip(turns, crops, strict=True)]


def _call(predictor: Predictor) -> Callable[[], object]:
    crops = extract_crops(smoke_image()[None], crop_offsets(predictor.card, CROPS), predictor.card.crop_size)
    return lambda: predictor.session.run(["probabilities"], {"images": crops})


def _seconds(call: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    for _ in range(count):
        call()
    return time.perf_counter() - started
