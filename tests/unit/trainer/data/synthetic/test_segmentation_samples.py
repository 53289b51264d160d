"""Cut-outs: segments of composed lines, right and wrong."""

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


def lines(count: int) -> list:
    """Lines of three drawings, composed."""
    names = sorted(DRAWINGS)
    return [
        generate_line(
            [DRAWINGS[names[(place + step) % len(names)]] for step in range(3)], TOUCHING_LAYOUT, np.random.default_rng(place)
        )
        for place in range(count)
    ]


def test_most_digits_of_a_line_are_cut_out_right_and_none_is_both_right_and_wrong():
    """Of most digits one segment at least holds it all and hardly more; what holds two is wrong."""
    whole = 0
    for page in lines(20):
        found = extract_segments(page)
        whole += len({each.digit for each in found if each.is_digit})
        assert not any(each.is_digit and each.is_wrong for each in found)
        assert all(each.is_wrong for each in found if each.foreign >= 0.5)
        assert all(0 <= each.digit < 3 and 0 <= each.share <= 1 + 1e-9 for each in found)
    assert whole >= 0.8 * 60


def test_a_drawing_cut_out_between_neighbours_looks_like_itself():
    """It is an image whose ink is where the drawing's own is, for the most part."""
    rng = np.random.default_rng(0)
    images = [segment_between_neighbors(DRAWINGS["0"], [DRAWINGS["2"], DRAWINGS["7"]], rng) for _ in range(20)]
    found = np.array([image for image in images if image is not None])
    assert len(found) >= 15
    assert is_normalized(found).mean() > 0.9
    ring = normalize(rasterize(DRAWINGS["0"])) > 127
    hole = ~ring[10:18, 12:16].any()
    assert hole
    assert (found[:, 12:16, 13:15] < 128).all((1, 2)).mean() > 0.8


def test_wrong_cuts_are_images_of_no_drawing():
    """As many as were asked for, the same for the same seed; what is too simple to be cut gives fewer."""
    drawings = list(DRAWINGS.values())
    images = generate_wrong_segments(drawings, 30, np.random.default_rng(1))
    assert images.shape == (30, 28, 28)
    assert images.dtype == np.uint8
    assert is_normalized(images).mean() > 0.8
    np.testing.assert_array_equal(images, generate_wrong_segments(drawings, 30, np.random.default_rng(1)))
    assert len(generate_wrong_segments([DOT], 5, np.random.default_rng(1))) == 0


@pytest.mark.parametrize("together", [(DOT, "0", "2"), ("0", DOT, "2")])
def test_a_dot_is_cut_out_of_nothing(together: tuple):
    """Neither it nor what stands beside it: it has no height to write the others in."""
    drawings = [DRAWINGS.get(each, each) if isinstance(each, str) else each for each in together]
    assert segment_between_neighbors(drawings[1], [drawings[0], drawings[2]], np.random.default_rng(0)) is None
