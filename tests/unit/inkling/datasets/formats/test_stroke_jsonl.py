"""Pen strokes that are none: refused by line."""

import pytest

from tests.support.dataset_files import assert_refused, jsonl, seven

BAD = {
    "strokes that are no JSON": (b'{"label": "7", "strokes": [[[0, 0]]]\n', "Line 1: Expected a JSON object"),
    "strokes that are no object": (jsonl(seven()) + b"[1]\n", "Line 2: Expected a JSON object"),
    "strokes without strokes": (b'{"label": "7"}\n', 'with "label" and "strokes"'),
    "strokes without a label": (jsonl({"strokes": [[[0, 0]]]}), "Line 1: Expected a label"),
    "strokes with a list for a label": (jsonl(seven(label=[])), "Line 1: Expected a label"),
    "strokes with half a character": (b'{"label": "\\ud800", "strokes": [[[0, 0]]]}', "printable"),
    "strokes with a blank label": (jsonl(seven(label=" ")), "printable"),
    "strokes with text for a point": (jsonl(seven(strokes=[[["a", 1]]])), "Line 1: Expected every pen position"),
    "strokes with NaN": (b'{"label": "7", "strokes": [[[NaN, 0]]]}', "Line 1: Expected pen positions between"),
    "strokes far out": (b'{"label": "7", "strokes": [[[1e400, 0]]]}', "Line 1: Expected pen positions between"),
    "strokes nested without end": (b'{"label": "7", "strokes": ' + b"[" * 100_000, "Line 1"),
    "strokes with a writer in one line": (jsonl(seven(), seven(writer="anna")), "1 of 2"),
    "strokes with a number for a writer": (jsonl(seven(writer=3)), "writer as text"),
    "strokes of a pen that never touched": (jsonl(seven(strokes=[])), "with ink"),
}


@pytest.mark.parametrize("name", BAD)
def test_refused(name: str) -> None:
    """A line that cannot be a drawing is refused with its number."""
    assert_refused(*BAD[name])
