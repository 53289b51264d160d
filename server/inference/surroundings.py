"""Surroundings: what lies beside the sheet, such as a table, and comes into the picture from its edges."""

import numpy as np
from PIL import Image

from server.inference.parts import find_parts

SIDE = 160
"""They are looked for in a mask reduced to about this."""

ALONG = 0.25
"""They lie along at least this share of one of the picture's sides."""

INNER = 0.05
"""At most this share of them lies in the middle half of the picture: a digit that is cut off has more."""


def find_surroundings(dark: np.ndarray) -> np.ndarray:
    """Where a mask of what is dark, bool (height, width), shows surroundings: bool of the same shape, a little wider than they are."""
    height, width = dark.shape
    factor = -(-max(dark.shape) // SIDE)
    cells = np.asarray(Image.fromarray(dark.view(np.uint8) * np.uint8(255)).reduce(factor)) > 127
    parts = find_parts(cells)
    rows, columns = cells.shape
    middle = np.zeros(cells.shape)
    middle[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4] = 1
    outer = parts.sums(middle) <= INNER * parts.areas
    along = np.zeros(len(parts), bool)
    for side in (np.s_[:1], np.s_[-1:], np.s_[:, :1], np.s_[:, -1:]):
        edge = np.zeros(cells.shape)
        edge[side] = 1
        along |= parts.sums(edge) >= ALONG * edge.sum()
    found = parts.mask(outer & along)
    for _ in range(2):  # their soft edge, too
        padded = np.pad(found, 1)
        wide = padded[:, :-2] | padded[:, 1:-1] | padded[:, 2:]
        found = wide[:-2] | wide[1:-1] | wide[2:]
    return np.repeat(np.repeat(found, factor, 0), factor, 1)[:height, :width]
