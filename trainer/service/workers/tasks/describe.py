"""Statistics of a dataset."""

from typing import Any

from trainer.service.workers.tasks.reading import read_dataset


def run(runner: Any, spec: str, signature: str) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """n; histogram: images per label; test: images of the dataset's own test split, else None; and more."""
    dataset = read_dataset(spec, signature)
    return {
        "n": len(dataset),
        "labels": list(dataset.labels),
        "histogram": dataset.counts(),
        "test": None if dataset.in_test is None else int(dataset.in_test.sum()),
        "writers": len(set(dataset.writers)) if dataset.writers else None,
        "strokes": sum(drawing is not None for drawing in dataset.strokes or ()),
        "empty": dataset.empty,
        "sha256": dataset.sha256(),
    }
