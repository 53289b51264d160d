"""Crops: the windows of an image that the network sees and whose predictions are averaged."""

from collections.abc import Sequence

import numpy as np

from inkling.errors import InvalidInput
from inkling.models.model_card import ModelCard

CROP_CHOICES = ("1", "4", "all")
"""The center crop, the card's crops (four in all our models), or every window."""


def crop_offsets(card: ModelCard, choice: str) -> list[tuple[int, int]]:
    """Return the (top, left) corners of the chosen crops. Raises InvalidInput for an unknown choice."""
    rows, columns = card.image_height - card.crop_size, card.image_width - card.crop_size
    if choice == "1":
        return [(rows // 2, columns // 2)]
    if choice == "4":
        return card.offsets
    if choice == "all":
        return [(top, left) for top in range(rows + 1) for left in range(columns + 1)]
    raise InvalidInput(f"crops must be one of {', '.join(CROP_CHOICES)}. Got {choice!r:.40}.")


def extract_crops(images: np.ndarray, offsets: Sequence[tuple[int, int]], size: int) -> np.ndarray:
    """Cut k windows out of each image, uint8 (n, height, width): uint8 (n * k, size, size, 1), grouped by image."""
    crops = np.empty((len(images), len(offsets), size, size), np.uint8)
    for position, (top, left) in enumerate(offsets):
        crops[:, position] = images[:, top : top + size, left : left + size]
    return crops.reshape(-1, size, size, 1)  # (n, k, size, size) -> (n * k, size, size, 1)
