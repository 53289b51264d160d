"""Comparison of runs: the settings that differ, accuracies and curves."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from inkling.errors import InvalidInput
from trainer.runs.run import Run
from trainer.runs.summary import RunSummary, summarize_run
from trainer.runs.text_chart import MARKS, text_chart
from trainer.settings import SETTING_FIELDS, FitSettings
from trainer.settings_table import format_value


@dataclass(frozen=True)
class Comparison:
    """summaries, settings, histories: of each run. same_test_set: whether all were tested on the same images."""

    summaries: list[RunSummary]
    settings: list[FitSettings]
    histories: list[list[dict]]
    same_test_set: bool

    @property
    def differences(self) -> dict[str, list[Any]]:
        """The settings that differ, with the value of each run."""
        values = {name: [getattr(each, name) for each in self.settings] for name in SETTING_FIELDS}
        return {name: row for name, row in values.items() if any(value != row[0] for value in row)}

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-serializable values."""
        return {
            "runs": [each.to_dict() for each in self.summaries],
            "differences": self.differences,
            "same_test_set": self.same_test_set,
            "val_accuracy": [[row["val_accuracy"] for row in history] for history in self.histories],
        }


def compare_runs(paths: Sequence[Path]) -> Comparison:
    """Compare run folders. Raises InvalidInput for one that is damaged."""
    summaries = [summarize_run(path) for path in paths]
    for each in summaries:
        if each.problem:
            raise InvalidInput(each.problem)
    runs = [Run.open(path) for path in paths]
    tests = {_test_set(run) for run in runs}
    return Comparison(summaries, [run.settings for run in runs], [run.history() for run in runs], len(tests - {None}) <= 1)


def _test_set(run: Run) -> str | None:
    """Return the hash of a run's test images; None before it was measured."""
    reports = run.read_json("report.json")["reports"] if run.finished else {}
    return str(reports["4"]["data"]["sha256"]) if reports else None


def format_comparison(comparison: Comparison) -> str:
    """Format a table with a column per run, and a chart of the validation accuracy by epoch.

    From the 27th run on, the marks of the chart repeat.
    """
    summaries = comparison.summaries
    lines = [["", *(f"{mark}: {each.name}" for mark, each in zip(cycle(MARKS), summaries, strict=False))]]
    lines += [[name, *map(format_value, row)] for name, row in comparison.differences.items()]
    lines.append(["epochs done", *(str(each.epochs) for each in summaries)])
    lines.append(["state", *(each.state for each in summaries)])
    lines.append(["validation accuracy", *(str(each.validation or "–") for each in summaries)])
    lines.append(["test accuracy", *(str(each.test or "–") for each in summaries)])
    lines.append(["seconds", *("–" if each.seconds is None else f"{each.seconds:,.0f}" for each in summaries)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    if not comparison.differences:
        text.append("All settings are the same.")
    if not comparison.same_test_set:
        text.append("The test accuracies are of different test images.")
    curves = [[row["val_accuracy"] for row in history] for history in comparison.histories]
    if any(curves):
        text += ["", "validation accuracy by epoch", text_chart(curves)]
    return "\n".join(text)
