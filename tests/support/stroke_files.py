"""Stroke files of digits in a few handwritings."""

import json
from pathlib import Path

import numpy as np

from tests.support.digit_fixtures import write_digits


def write_stroke_file(path: Path, writers: int = 6, repeats: int = 3, labels: str = "0123456789") -> Path:
    """Write a stroke file in which each writer wrote each digit some times, with another slant, width and hand."""
    rng = np.random.default_rng(0)
    rows = []
    for writer in range(writers):
        slant, width = rng.uniform(-0.2, 0.2), rng.uniform(0.8, 1.2)
        for label in labels:
            for _ in range(repeats):
                strokes = [
                    (stroke @ np.array([[width, 0], [slant, 1]]) * 100 + rng.normal(0, 1, stroke.shape)).round(1).tolist()
                    for stroke in write_digits(label)
                ]
                rows.append({"label": label, "writer": f"w{writer}", "strokes": strokes})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path
