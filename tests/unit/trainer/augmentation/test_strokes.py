"""Drawings drawn anew: other pens, other hands."""

import numpy as np

from inkling.imaging.normalization import is_image
from trainer.augmentation import strokes
from trainer.augmentation.strokes import angular, jitter, redraw

SEVEN = [np.array([[0.0, 0.0], [80.0, 5.0], [30.0, 140.0]]), np.array([[15.0, 70.0], [70.0, 65.0]])]
RING = [np.array([[50 + 40 * np.cos(t), 60 + 60 * np.sin(t)] for t in np.linspace(0, 2 * np.pi, 40)])]
DOT = [np.array([[3.0, 3.0]])]


def test_each_drawing_has_as_many_images_as_pens_and_what_is_none_has_none():
    """Spans tell where they lie."""
    images, spans = redraw([SEVEN, None, RING, DOT], pens=5, seed=0)
    assert spans.tolist() == [[0, 5], [0, 0], [5, 5], [10, 5]]
    assert images.shape == (15, 28, 28)
    assert images.dtype == np.uint8


def test_what_is_drawn_anew_is_an_image_as_the_server_makes_it():
    """Training and serving see the same kind of thing."""
    images, _ = redraw([SEVEN, RING], pens=40, seed=0)
    assert is_image(images).mean() > 0.95


def test_pens_differ_in_width():
    """The thickest holds twice the ink of the thinnest."""
    images, _ = redraw([RING], pens=40, seed=0)
    ink = images.sum((1, 2), dtype=np.int64)
    assert ink.max() > 2 * ink.min()


def test_the_seed_and_the_place_decide_what_comes_out(monkeypatch):
    """In several processes and in one, in any company, a drawing at its place is drawn the same."""
    alone, _ = redraw([SEVEN, RING], pens=3, seed=7)
    again, _ = redraw([SEVEN, RING, SEVEN], pens=3, seed=7)
    np.testing.assert_array_equal(alone, again[:6])
    assert (again[6:] != again[:3]).any()
    assert (redraw([SEVEN, RING], pens=3, seed=8)[0] != alone).any()
    monkeypatch.setattr(strokes, "WORTH_PROCESSES", 1)
    np.testing.assert_array_equal(redraw([SEVEN, RING], pens=3, seed=7)[0], alone)


def test_a_jittered_drawing_keeps_its_strokes_and_its_shape_roughly():
    """As many strokes and points, each within a third of the drawing's size of where it was, about its middle."""
    rng = np.random.default_rng(0)
    middle, size = np.concatenate(SEVEN).mean(0), 140
    for _ in range(50):
        other = jitter(SEVEN, rng)
        assert [len(stroke) for stroke in other] == [3, 2]
        moved = np.concatenate(other)
        assert np.abs((moved - moved.mean(0)) - (np.concatenate(SEVEN) - middle)).max() < size / 3


def test_no_drawings_no_images():
    """A set without strokes is left as it is."""
    images, spans = redraw([None, None], pens=4, seed=0)
    assert images.shape == (0, 28, 28)
    assert spans.tolist() == [[0, 0], [0, 0]]


def test_an_angular_drawing_is_made_of_few_straight_lines_within_its_box():
    """A ring becomes a polygon that closes, a straight stroke stays as it is, and nothing leaves the drawing's box."""
    rng = np.random.default_rng(0)
    drawing = [RING[0], np.array([[50.0, 0.0], [50.0, 60.0], [50.0, 120.0]])]
    points = np.concatenate(drawing)
    for _ in range(50):
        ring, line = angular(drawing, rng)
        assert 4 <= len(ring) <= 14
        np.testing.assert_allclose(ring[0], ring[-1], atol=1e-6)
        assert len(line) == 2
        assert (ring.min(0) >= points.min(0) - 1e-9).all()
        assert (ring.max(0) <= points.max(0) + 1e-9).all()
    assert [len(stroke) for stroke in angular(DOT, rng)] == [1]


def test_a_share_of_the_images_is_cut_out_from_between_neighbours():
    """With the share, some differ from those drawn alone; the seed decides them; a drawing without another stays alone."""
    alone, _ = redraw([SEVEN, RING], pens=12, seed=3)
    beside, spans = redraw([SEVEN, RING], pens=12, seed=3, neighbours=0.5)
    assert spans.tolist() == [[0, 12], [12, 12]]
    assert is_image(beside).mean() > 0.9
    assert (alone != beside).any((1, 2)).mean() > 0.3
    np.testing.assert_array_equal(beside, redraw([SEVEN, RING], pens=12, seed=3, neighbours=0.5)[0])
    assert len(redraw([SEVEN], pens=4, seed=3, neighbours=1.0)[0]) == 4
