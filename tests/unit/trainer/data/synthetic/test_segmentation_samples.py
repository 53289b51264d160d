"""Segments of synthetic lines: digits and wrong segments."""

import numpy as np
import pytest

from inkling.imaging.normalization import is_normalized, normalize
from inkling.imaging.strokes import rasterize
from tests.unit.trainer.data.synthetic.test_text_lines import SHAPES
from trainer.data.synthetic.segmentation_samples import (
    TOUCHING_LAYOUT,
    extract_segments,
    generate_wrong_segments,
    segment_between_neighbors,
)
from trainer.data.synthetic.text_lines import generate_line

DRAWINGS = {label: [np.array(stroke, float) for stroke in strokes] for label, strokes in SHAPES.items()}
DOT = [np.array([[3.0, 3.0]])]


def make_lines(count: int) -> list:
    """Lines of three drawings."""
    names = sorted(DRAWINGS)
    return [
        generate_line(
            [DRAWINGS[names[(seed + step) % len(names)]] for step in range(3)], TOUCHING_LAYOUT, np.random.default_rng(seed)
        )
        for seed in range(count)
    ]


def test_segments_of_a_line():
    """Most digits have a correct segment, and none is both correct and wrong."""
    correct = 0
    for page in make_lines(20):
        found = extract_segments(page)
        correct += len({each.digit for each in found if each.is_digit})
        assert not any(each.is_digit and each.is_wrong for each in found)
        assert all(each.is_wrong for each in found if each.foreign >= 0.5)
        assert all(0 <= each.digit < 3 and 0 <= each.share <= 1 + 1e-9 for each in found)
    assert correct >= 0.8 * 60


def test_a_segment_between_neighbors_looks_like_the_drawing():
    """Most of its ink is in the same place."""
    rng = np.random.default_rng(0)
    images = [segment_between_neighbors(DRAWINGS["0"], [DRAWINGS["2"], DRAWINGS["7"]], rng) for _ in range(20)]
    found = np.array([image for image in images if image is not None])
    assert len(found) >= 15
    assert is_normalized(found).mean() > 0.9
    ring_image = normalize(rasterize(DRAWINGS["0"])) > 127
    hole = ~ring_image[10:18, 12:16].any()
    assert hole
    assert (found[:, 12:16, 13:15] < 128).all((1, 2)).mean() > 0.8


def test_wrong_segments():
    """As many as requested, the same for the same seed; none of dots."""
    drawings = list(DRAWINGS.values())
    images = generate_wrong_segments(drawings, 30, np.random.default_rng(1))
    assert images.shape == (30, 28, 28)
    assert images.dtype == np.uint8
    assert is_normalized(images).mean() > 0.8
    np.testing.assert_array_equal(images, generate_wrong_segments(drawings, 30, np.random.default_rng(1)))
    assert len(generate_wrong_segments([DOT], 5, np.random.default_rng(1))) == 0


@pytest.mark.parametrize("together", [(DOT, "0", "2"), ("0", DOT, "2")])
def test_dots_are_not_segmented(together: tuple):
    """Neither as the drawing nor as a neighbor."""
    drawings = [DRAWINGS.get(each, each) if isinstance(each, str) else each for each in together]
    assert segment_between_neighbors(drawings[1], [drawings[0], drawings[2]], np.random.default_rng(0)) is None
