"""Bare: a model's session called with arrays that are ready. No answer can be faster on this runtime."""

from collections.abc import Callable

import numpy as np

from benchmarks.harness.timing import in_turns
from server.inference.crops import cut, offsets
from server.inference.predictor import Predictor


def bare_call(predictor: Predictor, images: np.ndarray, crops: str) -> Callable[[], object]:
    """A call of session.run, with the Predictor's own session and options, on the crops of images, cut beforehand."""
    ready = np.ascontiguousarray(cut(images, offsets(predictor.card, crops), predictor.card.crop_size))
    run, names, feed = predictor.session.run, ["probabilities"], {"images": ready}
    return lambda: run(names, feed)


def bare_four_crops(predictor: Predictor, image: np.ndarray, rounds: int) -> float:
    """Seconds of a four-crop answer to one image, uint8 (28, 28): the median of some blocks of calls."""
    return in_turns({"bare": bare_call(predictor, image[None], "4")}, rounds)["bare"].median
