"""Preview of a normalization: its steps, reduced for display."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from inkling.imaging.normalization import NormalizationTrace

PREVIEW_SIDE = 112
"""Maximum longer side in pixels of a displayed picture: four times that of an image, at most 12,544 values."""


@dataclass(frozen=True)
class NormalizationPreview:
    """The steps of a normalization; arrays are uint8.

    picture, ink: (height, width), reduced by the same factor. box: [left, top, right, bottom) of the glyph in them. scaled: the
    glyph, within 20×20. image: (28, 28).
    """

    picture: np.ndarray
    ink: np.ndarray
    box: tuple[int, int, int, int]
    scaled: np.ndarray
    image: np.ndarray

    @classmethod
    def from_trace(cls, trace: NormalizationTrace) -> "NormalizationPreview":
        """Reduce a trace. If its picture was already an image, the glyph is cut out of it and not scaled."""
        factor = -(-max(trace.picture.shape) // PREVIEW_SIDE)
        if trace.glyph is None or trace.corner is None or trace.scaled is None:
            rows, columns = np.flatnonzero(trace.image.any(1)), np.flatnonzero(trace.image.any(0))
            glyph = scaled = np.ascontiguousarray(trace.image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
            left, top = int(columns[0]), int(rows[0])
        else:
            glyph, scaled = trace.glyph, trace.scaled
            left, top = trace.corner
        right, bottom = left + glyph.shape[1], top + glyph.shape[0]
        box = left // factor, top // factor, -(-right // factor), -(-bottom // factor)
        return cls(_reduce(trace.picture, factor), _reduce(trace.ink, factor), box, scaled, trace.image)


def _reduce(levels: np.ndarray, factor: int) -> np.ndarray:
    """Average blocks of factor × factor pixels, uint8 (height, width)."""
    contiguous = np.ascontiguousarray(levels)
    return np.ascontiguousarray(Image.fromarray(contiguous).reduce(factor)) if factor > 1 else contiguous
