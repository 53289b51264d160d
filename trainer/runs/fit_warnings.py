"""Warnings about the result of a fit."""

from typing import Any

from inkling.evaluation.metrics import wilson_interval


def find_warnings(report: dict[str, Any]) -> list[str]:
    """Return sentences about a test report that the user should read. report: see `build_report`; it has test images."""
    classes, n = report["classes"], report["data"]["n"]
    largest = max(classes, key=lambda row: row["n"])
    share = largest["n"] / n
    if wilson_interval(round(report["accuracy"] * n), n)[0] > share:
        return []
    compared = "no better" if report["accuracy"] <= share else "not significantly better"
    return [
        f"The test accuracy, {report['accuracy']:.2%} of n = {n:,}, is {compared} than always predicting {largest['label']!r} "
        f"({share:.2%}). Check the labels, or try more images, more epochs or a lower learning rate."
    ]
