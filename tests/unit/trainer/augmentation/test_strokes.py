"""Stroke variants: other pens, other hands."""

import numpy as np

from inkling.imaging.normalization import is_normalized
from trainer.augmentation import strokes
from trainer.augmentation.strokes import jitter_strokes, render_stroke_variants, simplify_strokes

SEVEN = [np.array([[0.0, 0.0], [80.0, 5.0], [30.0, 140.0]]), np.array([[15.0, 70.0], [70.0, 65.0]])]
RING = [np.array([[50 + 40 * np.cos(t), 60 + 60 * np.sin(t)] for t in np.linspace(0, 2 * np.pi, 40)])]
DOT = [np.array([[3.0, 3.0]])]


def test_each_drawing_has_its_number_of_variants():
    """The spans locate them; None has no variants."""
    images, spans = render_stroke_variants([SEVEN, None, RING, DOT], variants=5, seed=0)
    assert spans.tolist() == [[0, 5], [0, 0], [5, 5], [10, 5]]
    assert images.shape == (15, 28, 28)
    assert images.dtype == np.uint8


def test_variants_are_normalized_like_on_the_server():
    """Training and serving use the same kind of image."""
    images, _ = render_stroke_variants([SEVEN, RING], variants=40, seed=0)
    assert is_normalized(images).mean() > 0.95


def test_pen_widths_differ():
    """The thickest has twice the ink of the thinnest."""
    images, _ = render_stroke_variants([RING], variants=40, seed=0)
    ink = images.sum((1, 2), dtype=np.int64)
    assert ink.max() > 2 * ink.min()


def test_seed_and_index_determine_the_variants(monkeypatch):
    """In one process and in several, and whatever other drawings there are."""
    alone, _ = render_stroke_variants([SEVEN, RING], variants=3, seed=7)
    again, _ = render_stroke_variants([SEVEN, RING, SEVEN], variants=3, seed=7)
    np.testing.assert_array_equal(alone, again[:6])
    assert (again[6:] != again[:3]).any()
    assert (render_stroke_variants([SEVEN, RING], variants=3, seed=8)[0] != alone).any()
    monkeypatch.setattr(strokes, "MIN_IMAGES_FOR_PROCESSES", 1)
    np.testing.assert_array_equal(render_stroke_variants([SEVEN, RING], variants=3, seed=7)[0], alone)


def test_jitter_keeps_strokes_and_shape():
    """The number of strokes and points is the same, and each point moves by less than a third of the drawing's size."""
    rng = np.random.default_rng(0)
    middle, size = np.concatenate(SEVEN).mean(0), 140
    for _ in range(50):
        other = jitter_strokes(SEVEN, rng)
        assert [len(stroke) for stroke in other] == [3, 2]
        moved = np.concatenate(other)
        assert np.abs((moved - moved.mean(0)) - (np.concatenate(SEVEN) - middle)).max() < size / 3


def test_without_strokes_there_are_no_variants():
    """A dataset of pictures is unaffected."""
    images, spans = render_stroke_variants([None, None], variants=4, seed=0)
    assert images.shape == (0, 28, 28)
    assert spans.tolist() == [[0, 0], [0, 0]]


def test_simplified_strokes_have_few_points_within_the_bounding_box():
    """A ring becomes a closed polygon, and a straight stroke stays the same."""
    rng = np.random.default_rng(0)
    drawing = [RING[0], np.array([[50.0, 0.0], [50.0, 60.0], [50.0, 120.0]])]
    points = np.concatenate(drawing)
    for _ in range(50):
        ring, line = simplify_strokes(drawing, rng)
        assert 4 <= len(ring) <= 14
        np.testing.assert_allclose(ring[0], ring[-1], atol=1e-6)
        assert len(line) == 2
        assert (ring.min(0) >= points.min(0) - 1e-9).all()
        assert (ring.max(0) <= points.max(0) + 1e-9).all()
    assert [len(stroke) for stroke in simplify_strokes(DOT, rng)] == [1]


def test_a_share_of_the_variants_is_cut_from_text_lines():
    """They differ from the others and depend on the seed; a single drawing has no neighbors."""
    alone, _ = render_stroke_variants([SEVEN, RING], variants=12, seed=3)
    beside, spans = render_stroke_variants([SEVEN, RING], variants=12, seed=3, context_share=0.5)
    assert spans.tolist() == [[0, 12], [12, 12]]
    assert is_normalized(beside).mean() > 0.9
    assert (alone != beside).any((1, 2)).mean() > 0.3
    np.testing.assert_array_equal(beside, render_stroke_variants([SEVEN, RING], variants=12, seed=3, context_share=0.5)[0])
    assert len(render_stroke_variants([SEVEN], variants=4, seed=3, context_share=1.0)[0]) == 4
