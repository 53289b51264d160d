"""A page of labeled images of a dataset."""

import io
from typing import Any

import numpy as np

from inkling.errors import InvalidInput
from inkling.plotting.image_grid import image_grid
from trainer.data.duplicates import count_copies
from trainer.service.workers.tasks.reading import read_dataset


def run(
    runner: Any,  # noqa: ARG001 every task gets it
    spec: str,
    signature: str,
    page: int,
    size: int,
    label: str | None,
    duplicates: bool,
    png: bool,
) -> dict[str, Any]:
    """The page as pixels or as a PNG, with the number of pages. Raises InvalidInput for an unknown page or label.

    duplicates: only images that occur more than once in the dataset, identical ones next to each other.
    """
    dataset = read_dataset(spec, signature)
    if label is not None and label not in dataset.labels:
        raise InvalidInput(f"The dataset has no label {label!r:.40}. Its labels: {', '.join(dataset.labels)[:200]}.")
    copies = count_copies(dataset.images) if duplicates else {}
    positions = np.array(list(copies), np.int64) if duplicates else np.arange(len(dataset))
    if label is not None:
        positions = positions[dataset.targets[positions] == dataset.labels.index(label)]
    pages = max(1, -(-len(positions) // size))
    if page > pages:
        raise InvalidInput(f"page must be between 1 and {pages:,}, not {page:,}.")
    shown = positions[(page - 1) * size : page * size]
    labels = [dataset.labels[target] for target in dataset.targets[shown]]
    result = {"n": len(positions), "page": page, "pages": pages}
    if png and not len(shown):
        raise InvalidInput("No image matches, so there is no picture of them.")
    if png:
        picture = io.BytesIO()
        image_grid(dataset.images[shown], labels).save(picture, "PNG")
        return result | {"body": picture.getvalue()}
    samples = [
        {"index": int(position), "label": each, "pixels": dataset.images[position].tolist()}
        | ({"copies": copies[int(position)]} if duplicates else {})
        for position, each in zip(shown, labels, strict=True)
    ]
    return result | {"samples": samples}
