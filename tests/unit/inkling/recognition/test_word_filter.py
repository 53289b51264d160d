"""filter_number_words: which glyphs of a line belong to numbers."""

import numpy as np
import pytest

from inkling.recognition.word_filter import ScoredGlyph, filter_number_words


def make_glyphs(text: str) -> list[ScoredGlyph]:
    """One glyph per character: digits are known, "?" is not, and a blank is a gap."""
    return [
        ScoredGlyph(np.array([30 * n, 0, 30 * n + 25, 40]), n, *((0.2, False) if character == "?" else (0.95, True)), False)
        for n, character in enumerate(text)
        if character != " "
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("123", [0, 1, 2]), ("12?4", [0, 1, 2, 3]), ("?1??  42", [6, 7]), ("???", []), ("1?  2?", [])],
)
def test_words_that_are_not_numbers_are_dropped(text: str, numbers: list[int]) -> None:
    """A number may have one unknown glyph; a word with many is dropped, and so are uncertain numbers beside it."""
    assert filter_number_words(make_glyphs(text), 40) == numbers
