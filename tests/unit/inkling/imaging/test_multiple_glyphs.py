"""Whether the layout of components suggests several characters."""

import numpy as np
import pytest

from inkling.imaging.multiple_glyphs import MAX_ASPECT_RATIO, has_multiple_glyphs


@pytest.mark.parametrize(("width", "multiple", "in_line"), [(100, False, False), (150, False, True), (170, True, True)])
def test_wide_component(width: int, multiple: bool, in_line: bool):
    """A wide digit is one character where one is expected; in a text line it may be two that touch."""
    boxes = np.array([[10, 10, 10 + width, 110]])
    assert has_multiple_glyphs(boxes) is multiple
    assert has_multiple_glyphs(boxes, MAX_ASPECT_RATIO) is in_line
