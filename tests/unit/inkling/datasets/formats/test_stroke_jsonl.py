"""Invalid pen strokes: errors name the line."""

import pytest

from tests.support.dataset_files import assert_rejected, jsonl, seven

INVALID = {
    "invalid JSON": (b'{"label": "7", "strokes": [[[0, 0]]]\n', "Line 1"),
    "JSON that is no object": (jsonl(seven()) + b"[1]\n", "Line 2"),
    "a record without strokes": (b'{"label": "7"}\n', "Line 1"),
    "a record without a label": (jsonl({"strokes": [[[0, 0]]]}), "Line 1"),
    "strokes with a list for a label": (jsonl(seven(label=[])), "Line 1"),
    "a label with a lone surrogate": (b'{"label": "\\ud800", "strokes": [[[0, 0]]]}', "Line 1"),
    "strokes with a blank label": (jsonl(seven(label=" ")), "Line 1"),
    "strokes with text for a point": (jsonl(seven(strokes=[[["a", 1]]])), "Line 1"),
    "strokes with NaN": (b'{"label": "7", "strokes": [[[NaN, 0]]]}', "Line 1"),
    "infinite coordinates": (b'{"label": "7", "strokes": [[[1e400, 0]]]}', "Line 1"),
    "deeply nested JSON": (b'{"label": "7", "strokes": ' + b"[" * 100_000, "Line 1"),
    "strokes with a writer in one line": (jsonl(seven(), seven(writer="anna")), "1 of 2"),
    "strokes with a number for a writer": (jsonl(seven(writer=3)), "Line 1"),
    "empty strokes": (jsonl(seven(strokes=[])), "1"),
}


@pytest.mark.parametrize("name", INVALID)
def test_invalid_strokes(name: str) -> None:
    """An invalid line raises InvalidDataset with its number."""
    assert_rejected(*INVALID[name])
