"""Inference time of models in onnxruntime."""

import statistics
import time
from collections.abc import Callable, Sequence

from inkling.models.crops import crop_offsets, extract_crops
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image

CROPS = "4"
"""A batch has the crops that are averaged by default."""

ROUNDS, ROUND_SECONDS = 21, 0.02
"""Rounds per model, and their length. The models take turns, so that other load on the machine affects all of them alike."""


def microseconds_per_crop(predictors: Sequence[Predictor]) -> list[float]:
    """Return the median time per crop of each model on one core, without the server."""
    calls = [_prepare_call(predictor) for predictor in predictors]
    repeats = [max(1, round(ROUND_SECONDS / max(_measure(call, 5) / 5, 1e-6))) for call in calls]
    seconds: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, count, measured in zip(calls, repeats, seconds, strict=True):
            measured.append(_measure(call, count) / count)
    batch_sizes = [len(crop_offsets(predictor.card, CROPS)) for predictor in predictors]
    return [statistics.median(measured) / size * 1e6 for measured, size in zip(seconds, batch_sizes, strict=True)]


def _prepare_call(predictor: Predictor) -> Callable[[], object]:
    crops = extract_crops(smoke_image()[None], crop_offsets(predictor.card, CROPS), predictor.card.crop_size)
    return lambda: predictor.session.run(["probabilities"], {"images": crops})


def _measure(call: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    for _ in range(count):
        call()
    return time.perf_counter() - started
