"""A page of labelled images."""

import io
from typing import Any

import numpy as np

from inkling.errors import InvalidInput
from inkling.plotting.image_grid import image_grid
from trainer.service.workers.tasks.reading import known


def run(
    inside: Any,  # noqa: ARG001 every task gets it
    spec: str,
    stamp: str,
    page: int,
    size: int,
    label: str | None,
    png: bool,
) -> dict[str, Any]:
    """The page as pixels or as a picture, with how many pages there are. Raises BadInput for a page or label that is not."""
    read = known(spec, stamp)
    if label is not None and label not in read.labels:
        raise InvalidInput(f"Expected label as one of {', '.join(read.labels)[:200]}. Received {label!r:.40}.")
    chosen = np.arange(len(read)) if label is None else np.flatnonzero(read.targets == read.labels.index(label))
    pages = max(1, -(-len(chosen) // size))
    if page > pages:
        raise InvalidInput(f"Expected page between 1 and {pages:,}. Received {page:,}.")
    positions = chosen[(page - 1) * size : page * size]
    labels = [read.labels[target] for target in read.targets[positions]]
    told = {"n": len(chosen), "page": page, "pages": pages}
    if png:
        picture = io.BytesIO()
        image_grid(read.images[positions], labels).save(picture, "PNG")
        return told | {"body": picture.getvalue()}
    samples = [
        {"index": int(position), "label": meant, "pixels": read.images[position].tolist()}
        for position, meant in zip(positions, labels, strict=True)
    ]
    return told | {"samples": samples}
