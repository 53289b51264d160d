"""Image -> crops: the windows a network sees, and which of them an answer averages over."""

import numpy as np

from inkling.errors import BadInput
from inkling.models.model_card import Card

CHOICES = ("1", "4", "all")
"""The centre crop, the windows that the card names (four in every model of ours), every window."""


def offsets(card: Card, choice: str) -> list[tuple[int, int]]:
    """The (top, left) corners that a choice of crops stands for."""
    room = card.image_height - card.crop_size, card.image_width - card.crop_size
    if choice == "1":
        return [(room[0] // 2, room[1] // 2)]
    if choice == "4":
        return card.offsets
    if choice == "all":
        return [(top, left) for top in range(room[0] + 1) for left in range(room[1] + 1)]
    raise BadInput(f"Expected crops as one of {', '.join(CHOICES)}. Received {choice!r:.40}.")


def cut(images: np.ndarray, corners: list[tuple[int, int]], size: int) -> np.ndarray:
    """Cut windows out of images, uint8 (n, height, width): uint8 (n * k, size, size, 1), the k crops of an image in a row."""
    crops = np.empty((len(images), len(corners), size, size), np.uint8)
    for position, (top, left) in enumerate(corners):
        crops[:, position] = images[:, top : top + size, left : left + size]
    return crops.reshape(-1, size, size, 1)  # (n, k, size, size) -> (n * k, size, size, 1)
