"""The image for a model's smoke test, chosen from the data that the model was fitted with."""

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.models.predictor import Predictor
from inkling.models.smoke_example import SmokeExample

MAX_CANDIDATES = 1_000


def select_smoke_example(predictor: Predictor, dataset: Dataset) -> SmokeExample:
    """Return the image whose label gets the highest probability, out of at most MAX_CANDIDATES evenly spaced images."""
    chosen = dataset.take(np.linspace(0, len(dataset) - 1, min(len(dataset), MAX_CANDIDATES)).astype(int))
    targets = chosen.with_labels(predictor.card.labels).targets
    probabilities = predictor.predict(chosen.images).probabilities
    best = int(probabilities[np.arange(len(targets)), targets].argmax())
    alone = predictor.predict(chosen.images[best : best + 1]).probabilities[0]  # a batch may differ in the last digit
    return SmokeExample(chosen.images[best], predictor.card.labels[targets[best]], alone)
