"""Surroundings: what lies beside the sheet, such as a table, and comes into the picture from its edges."""

import numpy as np
from PIL import Image

from inkling.imaging.connected_components import find_parts, grown
from inkling.imaging.morphology import opening

SIDE = 160
"""They are looked for in a mask reduced to about this."""

ALONG = 0.25
"""They lie along at least this share of one of the picture's sides."""

BROAD = 0.07
"""Where a stroke runs into them they are told apart by their breadth, of at least this share of the shorter side."""

INNER = 0.05
"""At most this share of them lies in the middle half of the picture: a digit that is cut off has more."""


def find_surroundings(dark: np.ndarray) -> np.ndarray:
    """Where a mask of what is dark, bool (height, width), shows surroundings: bool of its shape, a little wider."""
    height, width = dark.shape
    factor = -(-max(dark.shape) // SIDE)
    cells = np.asarray(Image.fromarray(dark.view(np.uint8) * np.uint8(255)).reduce(factor)) > 127
    side = int(BROAD * min(cells.shape)) // 2 * 2 + 1
    found = grown(_outside(cells)) | grown(_outside(opening(cells, side, side)))
    return np.repeat(np.repeat(grown(found), factor, 0), factor, 1)[:height, :width]


def _outside(cells: np.ndarray) -> np.ndarray:
    """The parts of a mask that lie along an edge of the picture and keep off its middle: bool of the mask's shape."""
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
    return parts.mask(outer & along)
