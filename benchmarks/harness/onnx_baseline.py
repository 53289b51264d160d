"""ONNX Runtime baseline: `session.run` on crops that were cut beforehand, the lower bound of a prediction's cost."""

from collections.abc import Callable

import numpy as np

from benchmarks.harness.timing import time_interleaved
from inkling.models.crops import crop_offsets, extract_crops
from inkling.models.predictor import Predictor


def session_run_call(predictor: Predictor, images: np.ndarray, crops: str) -> Callable[[], object]:
    """A call of the Predictor's own session on the crops of images, uint8 (n, 28, 28)."""
    ready = np.ascontiguousarray(extract_crops(images, crop_offsets(predictor.card, crops), predictor.card.crop_size))
    run, names, feed = predictor.session.run, ["probabilities"], {"images": ready}
    return lambda: run(names, feed)


def time_four_crops(predictor: Predictor, image: np.ndarray, rounds: int) -> float:
    """Median seconds of `session.run` on four crops of one image, uint8 (28, 28)."""
    return time_interleaved({"session.run": session_run_call(predictor, image[None], "4")}, rounds)["session.run"].median
