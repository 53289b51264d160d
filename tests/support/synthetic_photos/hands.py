"""Hands: how a drawing lies on its sheet."""

import numpy as np

from tests.support.synthetic_photos.photograph import place

SIDES = (160, 900)
FILLS = (0.25, 0.8)
PENS = (0.04, 0.12)


def laid_out(drawing: list[np.ndarray], rng: np.random.Generator) -> tuple[list[np.ndarray], tuple[int, int], float]:
    """A drawing, in any units, somewhere on a sheet: the strokes in pixels, the sheet's (height, width), the pen's width.

    The sheet's shorter side is 160 to 900 pixels, the drawing's longer side 25 to 80 % of it, the pen 4 to 12 % of that.
    """
    side = round(np.exp(rng.uniform(*np.log(SIDES))))
    shape = (side, round(side * rng.choice([1, 4 / 3])))[:: rng.choice([-1, 1])]
    long = side * rng.uniform(*FILLS)
    pen = max(1.5, long * rng.uniform(*PENS))
    margin = long / 2 + pen
    middle = [rng.uniform(min(margin, extent / 2), max(extent - margin, extent / 2)) for extent in shape[::-1]]
    box = (middle[0] - long / 2, middle[1] - long / 2, middle[0] + long / 2, middle[1] + long / 2)
    return place(drawing, box), shape, pen
