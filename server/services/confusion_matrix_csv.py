"""A confusion matrix as CSV."""

import csv
import io

import numpy as np

CORNER = "true\\predicted"
"""The first cell: rows are true labels, columns predicted ones."""

FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")
"""First characters of cells that spreadsheets evaluate as formulas. An apostrophe before them prevents it."""


def confusion_matrix_csv(labels: list[str], values: np.ndarray) -> str:
    """(labels, labels) as CSV (RFC 4180), with a row per true label and a column per predicted label."""
    text = io.StringIO()
    writer = csv.writer(text)
    escaped = ["'" + label if label.startswith(FORMULA_PREFIXES) else label for label in labels]
    writer.writerow([CORNER, *escaped])
    writer.writerows([label, *row] for label, row in zip(escaped, values.tolist(), strict=True))
    return text.getvalue()
