"""Pages: how composed lines of numbers lie on their sheet."""

import numpy as np

from trainer.data.synthetic.text_lines import Page

ROOM = 0.2, 0.5
"""Of a page's width and height that is added on each side, from least to most: a table in view may take 0.15 of the sheet's."""


def laid_out_page(page: Page, rng: np.random.Generator) -> tuple[list[np.ndarray], tuple[int, int], float, np.ndarray]:
    """A page with more paper round it: the strokes in pixels, the sheet's (height, width), the pen's width, the digits' boxes.

    boxes: float64 (digits, 4) as [left, top, right, bottom].
    """
    sides = rng.uniform(*ROOM, (2, 2)) * np.array(page.shape[::-1])  # before and behind, each as [x, y]
    width, height = np.ceil(sides.sum(0) + page.shape[::-1]).astype(int).tolist()
    return [stroke + sides[0] for stroke in page.strokes], (height, width), page.pen, page.boxes + np.tile(sides[0], 2)
