"""The input of a network: the crops of an image that it sees."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inkling.imaging.normalization import IMAGE_SIDE
from inkling.models.crops import extract_crops

INPUT_NAME = "crops"


@dataclass(frozen=True)
class InputCrops:
    """size: pixels per side, out of the image's 28. offsets: (top, left) of the crops that are averaged by default."""

    size: int
    offsets: tuple[tuple[int, int], ...]

    @property
    def shape(self) -> list[int]:
        """[height, width, channels] of a crop."""
        return [self.size, self.size, 1]

    def to_card(self) -> dict[str, Any]:
        """The field `crop` of a model card."""
        return {"size": self.size, "offsets": [list(offset) for offset in self.offsets]}

    def center(self, images: np.ndarray) -> np.ndarray:
        """The center crops of images, uint8 (n, 28, 28): uint8 (n, size, size, 1)."""
        margin = (IMAGE_SIDE - self.size) // 2
        return extract_crops(images, [(margin, margin)], self.size)


FOUR_CROPS = InputCrops(24, ((1, 1), (1, 3), (3, 1), (3, 3)))
"""These score better than the center or the corners (see docs/experiments.md)."""

FULL_IMAGE = InputCrops(IMAGE_SIDE, ((0, 0),))

INPUTS = {"inkling": FOUR_CROPS, "tfjs": FULL_IMAGE, "convnetjs": FOUR_CROPS, "perceptron": FULL_IMAGE}
"""By network."""
