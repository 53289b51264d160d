"""A small report, as /evaluate stores it."""

COUNTS = [[4, 1, 0], [2, 3, 0], [0, 0, 0]]


def make_report(number: int, labels: list[str] | None = None) -> dict:
    """A report with the ID `number` in hexadecimal."""
    return {
        "id": f"{number:04x}",
        "model": "digits",
        "created": "2026-01-01T00:00:00.000+00:00",
        "data": {"name": "set", "n": 10, "sha256": "0" * 64},
        "accuracy": 0.7,
        "loss": 0.5,
        "seconds": 0.1,
        "confusion_matrix": {"labels": labels or ["a", "b", "c"], "rows": "true", "columns": "predicted", "counts": COUNTS},
        "mistakes": [],
    }
