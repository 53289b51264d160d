"""How labelled sets would be parted into training, validation and test."""

from typing import Any

import numpy as np

from trainer.data.split import TEST, TRAIN, VALIDATION, assign
from trainer.service.workers.tasks.reading import known


def run(inside: Any, sets: list[dict[str, str]], seed: int, validation: float) -> dict[str, Any]:  # noqa: ARG001 every task
    """The labels, and of each part how many images it has of each. Raises BadData where they cannot be parted."""
    pool, part = assign([known(**each) for each in sets], seed, validation)
    rows = {"training": TRAIN, "validation": VALIDATION, "test": TEST}
    counts = {name: np.bincount(pool.targets[part == which], minlength=len(pool.labels)) for name, which in rows.items()}
    return {"labels": list(pool.labels), "parts": {name: count.tolist() for name, count in counts.items()}}
