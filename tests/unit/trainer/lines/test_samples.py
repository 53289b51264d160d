"""Training lines: composed, and cut out as the recognizer does."""

import numpy as np

from inkling.recognition.line_image import LINE_SIDE
from trainer.lines import samples
from trainer.lines.samples import MAX_CHARACTERS, OTHER, generate_samples, read_line_image


def test_pools_hold_the_digits_of_each_split(pools):
    """Writers are in one split; images without strokes, too."""
    training, validation = pools
    assert len(training.writers) + len(validation.writers) <= 6
    assert len(training.writers) > len(validation.writers) >= 1
    assert set(training.writers[0]) == set(range(10))
    assert len(training.images) > len(validation.images) > 100
    assert set(training.digits) == set(range(10))


def test_lines_of_both_kinds(pools):
    """Most of the lines are found again; each has its symbols, and words of letters have none that are digits."""
    found = generate_samples(pools[0], 150, 0)
    assert len(found) > 120
    assert all(each.image.shape[0] == LINE_SIDE for each in found)
    assert all(each.image.dtype == np.uint8 for each in found)
    assert all(1 <= len(each.symbols) <= MAX_CHARACTERS for each in found)
    words = [each for each in found if OTHER in each.symbols]
    assert 5 < len(words) < 40
    assert all(set(each.symbols) == {OTHER} for each in words)
    widths = np.array([each.image.shape[1] / len(each.symbols) for each in found])
    assert 8 < np.median(widths) < 25


def test_samples_depend_on_seed_and_index(pools, monkeypatch):
    """In one process and in several."""
    expected = generate_samples(pools[0], 12, 3)
    monkeypatch.setattr(samples, "CHUNK", 5)
    again = generate_samples(pools[0], 12, 3)
    assert [each.symbols for each in again] == [each.symbols for each in expected]
    assert all((a.image == b.image).all() for a, b in zip(again, expected, strict=True))
    assert [each.symbols for each in generate_samples(pools[0], 12, 4)] != [each.symbols for each in expected]


def test_pictures_without_one_line_have_no_image():
    """Blank ones, and those of two lines."""
    assert read_line_image(np.full((60, 60), 255, np.uint8)) is None
    two_lines = np.full((200, 200), 255, np.uint8)
    two_lines[20:60, 30:40] = two_lines[20:60, 60:70] = 0
    two_lines[140:180, 30:40] = two_lines[140:180, 60:70] = 0
    assert read_line_image(two_lines) is None
    assert read_line_image(two_lines[:100]) is not None
