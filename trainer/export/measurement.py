"""The report in a model card."""

from typing import Any

from inkling.datasets.dataset import Dataset
from inkling.evaluation.evaluator import evaluate_dataset
from inkling.models.predictor import Predictor


def measure(predictor: Predictor, test: Dataset, outliers: Dataset | None, name: str) -> dict[str, Any]:
    """Return the card's report: averaged over the card's crops, with the figures of one crop. name: the model's."""
    averaged, single = evaluate_dataset(predictor, test, "4", outliers=outliers), evaluate_dataset(predictor, test, "1")
    return averaged | {"model": name, "one_crop": {key: single[key] for key in ("accuracy", "loss", "crops")}}
