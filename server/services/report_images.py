"""The images of a report: filtered, sorted and paginated."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from inkling.errors import InvalidInput
from inkling.evaluation.scored_images import ScoredImages
from inkling.models.predictor import PROBABILITY_DECIMALS


@dataclass(frozen=True)
class ReportImageQuery:
    """Which images to list. index: of the only one. true, predicted: label indices. before: the index of the last image of the
    previous page."""

    index: int | None
    order: str
    true: int | None
    predicted: int | None
    known: bool | None
    limit: int
    before: str | None


@dataclass(frozen=True)
class ReportImagePage:
    """One page. stored, matching: numbers of images. next: the value of `before` for the next page, None on the last."""

    stored: int
    matching: int
    images: list[dict[str, Any]]
    next: int | None


def find_images(images: ScoredImages, labels: list[str], query: ReportImageQuery) -> ReportImagePage:
    """The page of a report's images that the query selects. Raises InvalidInput for an unknown `before`."""
    found = images.find(query.order, query.true, query.predicted, query.known)
    if query.index is not None:
        found = found[images.index[found] == query.index]
    start = 0 if query.before is None else _start_after(found, images.index, query.before)
    page = found[start : start + query.limit]
    is_last = start + query.limit >= len(found)
    return ReportImagePage(
        len(images), len(found), list(_describe(images, page, labels)), None if is_last else int(images.index[page[-1]])
    )


def _start_after(found: np.ndarray, index: np.ndarray, before: str) -> int:
    """The position in `found` after the image with the index `before`."""
    is_index = before.isascii() and before.isdigit() and len(before) < 10
    positions = np.flatnonzero(index[found] == int(before)) if is_index else np.array([], np.int64)
    if len(positions) == 0:
        raise InvalidInput(f"before: no matching image has the index {before!r:.40}.")
    return int(positions[0]) + 1


def _describe(images: ScoredImages, page: np.ndarray, labels: list[str]) -> Iterator[dict[str, Any]]:
    for position in page:
        probabilities = images.probabilities[position]
        winner = int(probabilities.argmax())
        yield {
            "index": int(images.index[position]),
            "true": labels[images.targets[position]],
            "predicted": labels[winner],
            "confidence": round(float(probabilities[winner]), PROBABILITY_DECIMALS),
            "known": bool(images.known[position]),
            "probabilities": probabilities.round(PROBABILITY_DECIMALS),
            "image": images.images[position],
        }
