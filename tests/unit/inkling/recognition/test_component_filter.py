"""filter_components: which components may be writing."""

import numpy as np

from inkling.recognition.component_filter import filter_components


def make_ink() -> np.ndarray:
    """Ink of six strokes in two rows, uint8 (300, 400)."""
    ink = np.zeros((300, 400), np.uint8)
    for left in (100, 150, 200):
        for top in (80, 180):
            ink[top : top + 50, left : left + 10] = 255
    return ink


def count_writing(ink: np.ndarray) -> int:
    """The number of components that may be writing."""
    return len(filter_components(ink, 256)[1])


def test_what_lies_around_the_sheet_is_dropped() -> None:
    """A table of which three sides are visible."""
    ink = make_ink()
    ink[:40], ink[260:], ink[:, :50] = 255, 255, 255
    assert count_writing(ink) == 6


def test_parts_of_shadows_are_dropped() -> None:
    """Pale pieces at the edge of the picture; as dark as the strokes, they may be writing that is cut off."""
    ink = make_ink()
    ink[120:180, 380:] = 120
    assert count_writing(ink) == 6
    ink[120:180, 380:] = 255
    assert count_writing(ink) == 7


def test_a_picture_cropped_to_its_writing_keeps_it() -> None:
    """All components may be at an edge."""
    ink = make_ink()[80:230, 100:210]
    assert count_writing(ink) == 6
