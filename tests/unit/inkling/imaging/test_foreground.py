"""extract_foreground: paper of two levels."""

import numpy as np
import pytest

from inkling.imaging.foreground import extract_foreground


@pytest.mark.parametrize("polarity", ["dark ink", "light ink"])
@pytest.mark.parametrize("edge", [90, 150])
def test_a_hard_shadow_is_neither_paper_nor_ink(edge: int, polarity: str) -> None:
    """A little writing in the light and in the shadow: no threshold suits both, and the light is no ink."""
    picture = np.full((300, 400), 230, np.uint8)
    picture[:, edge:] = 165
    strokes = [60, 120, 260, 320]
    for left in strokes:
        picture[130:170, left : left + 4] = picture[0, left] * 0.4
    ink = extract_foreground(picture if polarity == "dark ink" else 255 - picture) >= 128
    assert ink[135:165, [left + 2 for left in strokes]].all()
    assert not ink[:80].any()
    assert not ink[220:].any()
