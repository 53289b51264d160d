"""Detects what surrounds the sheet of paper, such as a table, at the border of a picture."""

import numpy as np
from PIL import Image

from inkling.imaging.connected_components import label_components
from inkling.imaging.morphology import dilate, opening

WORKING_SIDE = 160
"""Longer side in pixels of the reduced mask in which border regions are searched."""

MIN_BORDER_SHARE = 0.25
"""Minimum share of one side of the picture that a border region touches."""

MIN_WIDTH = 0.07
"""Width from which a region stays separate from strokes that run into it, as a share of the picture's shorter side."""

MAX_INNER_SHARE = 0.05
"""Maximum share of a border region in the middle half of the picture; a cropped digit has more."""


def find_border_regions(dark: np.ndarray) -> np.ndarray:
    """Find the border regions in a mask of dark pixels, bool (height, width): a mask of the same shape, slightly dilated."""
    height, width = dark.shape
    factor = -(-max(dark.shape) // WORKING_SIDE)
    reduced = np.asarray(Image.fromarray(dark.view(np.uint8) * np.uint8(255)).reduce(factor)) > 127
    side = int(MIN_WIDTH * min(reduced.shape)) // 2 * 2 + 1
    found = dilate(_select_outer(reduced)) | dilate(_select_outer(opening(reduced, side, side)))
    return np.repeat(np.repeat(dilate(found), factor, 0), factor, 1)[:height, :width]


def _select_outer(mask: np.ndarray) -> np.ndarray:
    """The components of a mask that lie along its border and outside of its middle: bool of the same shape."""
    components = label_components(mask)
    rows, columns = mask.shape
    middle = np.zeros(mask.shape)
    middle[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4] = 1
    is_outside_middle = components.sums(middle) <= MAX_INNER_SHARE * components.areas
    is_along_border = np.zeros(len(components), bool)
    for side in (np.s_[:1], np.s_[-1:], np.s_[:, :1], np.s_[:, -1:]):
        border = np.zeros(mask.shape)
        border[side] = 1
        is_along_border |= components.sums(border) >= MIN_BORDER_SHARE * border.sum()
    return components.mask(is_outside_middle & is_along_border)
