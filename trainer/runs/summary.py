"""Summaries of run folders, also of unfinished and damaged ones."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inkling.errors import InklingError, InvalidInput
from inkling.evaluation.metrics import wilson_interval
from trainer.runs.run import Run

RUN_FILES = ("settings.json", "data.json", "history.jsonl", "best.npz", "checkpoint.npz", "held_out.npz", "report.json")
"""Files by which a folder is recognized as a run, even if some are missing."""

SORT_KEYS = ("date", "name", "recipe", "data", "epochs", "state", "validation", "test", "seconds")
LARGEST_FIRST = ("date", "epochs", "validation", "test", "seconds")


@dataclass(frozen=True)
class MeasuredAccuracy:
    """A measured accuracy with its 95 % confidence interval (Wilson)."""

    accuracy: float
    n: int
    low: float
    high: float

    @classmethod
    def measured(cls, accuracy: float, n: int) -> "MeasuredAccuracy":
        """An accuracy on n images, at least one."""
        return cls(accuracy, n, *wilson_interval(round(accuracy * n), n))

    def __str__(self) -> str:
        return f"{self.accuracy:.2%} ({100 * self.low:.2f}–{100 * self.high:.2f}, n = {self.n:,})"


@dataclass(frozen=True)
class RunSummary:
    """A run in a list. state: finished, stopped (before its last epoch), unfinished (running or interrupted) or damaged.

    problem: why it is damaged. validation: of the best epoch, center crop. test: with the crops of the model card. seconds: of
    training. date: when it ended or, if it has not, when its last epoch did, ISO 8601 UTC. Unknown values are None.
    """

    name: str
    path: str
    state: str
    problem: str | None = None
    recipe: str | None = None
    data: tuple[str, ...] = ()
    epochs: int = 0
    planned_epochs: int | None = None
    validation: MeasuredAccuracy | None = None
    test: MeasuredAccuracy | None = None
    seconds: float | None = None
    date: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-serializable values."""
        return asdict(self)


def find_runs(folder: Path) -> list[Path]:
    """Return the run folders in a folder and in its subfolders, such as sweeps. Raises InvalidInput if it doesn't exist."""
    if not folder.is_dir():
        raise InvalidInput(f"There is no folder {folder}. Give --runs DIR.")
    return list(_find(folder))


def _find(folder: Path) -> Iterator[Path]:
    for path in sorted(each for each in folder.iterdir() if each.is_dir()):
        if _is_run(path):
            yield path
        else:
            yield from sorted(each for each in path.iterdir() if each.is_dir() and _is_run(each))


def _is_run(path: Path) -> bool:
    return any((path / name).is_file() for name in RUN_FILES)


def summarize_run(path: Path, name: str | None = None) -> RunSummary:
    """Return the summary of a run folder; name: to show for it, by default the folder's. Never raises for damaged files."""
    summary = RunSummary(name or path.name, str(path), "damaged")
    try:
        return _summarize(Run.open(path), summary)
    except InklingError as error:
        return replace(summary, problem=str(error))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return replace(summary, problem=f"{path} has a file with unexpected content: {type(error).__name__} {error}.")


def distinct_reports(reports: dict[str, dict]) -> dict[str, dict]:
    """Return the test reports by choice of crops, without that of the card's crops if there is only one, the center."""
    return {crops: report for crops, report in reports.items() if crops == "1" or len(report.get("crops", ())) != 1}


def _summarize(run: Run, summary: RunSummary) -> RunSummary:
    settings, data, history = run.settings, run.data, run.history()
    fitted = run.fitted
    best = next((row for row in reversed(history) if row["best"]), None)
    n = data["counts"]["validation"]
    last = history[-1]["time"] if history else run.file("settings.json").stat().st_mtime
    report = run.read_json("report.json")["reports"].get("4") if fitted else None
    return replace(
        summary,
        state=_state(fitted, len(history) < settings.epochs and bool(n)),
        recipe=settings.recipe,
        data=tuple(each["name"] for each in data["sets"]),
        epochs=len(history),
        planned_epochs=settings.epochs,
        validation=MeasuredAccuracy.measured(best["val_accuracy"], n) if best and n else None,
        test=MeasuredAccuracy.measured(report["accuracy"], report["data"]["n"]) if report else None,
        seconds=fitted.get("seconds", history[-1]["seconds"] if history else None),
        date=fitted.get("ended") or datetime.fromtimestamp(last, UTC).isoformat(timespec="seconds"),
    )


def _state(fitted: dict[str, Any], lacks_epochs: bool) -> str:
    if not fitted:
        return "unfinished"
    return "stopped" if fitted.get("interrupted", lacks_epochs) else "finished"


def sort_summaries(summaries: list[RunSummary], key: str, reverse: bool = False) -> list[RunSummary]:
    """Sort by one of SORT_KEYS: names from A, numbers and dates from the largest; unknown values come last."""

    def value(summary: RunSummary) -> Any:
        found = getattr(summary, key)
        return found.accuracy if isinstance(found, MeasuredAccuracy) else found

    known = [each for each in summaries if value(each) not in (None, ())]
    ordered = sorted(known, key=value, reverse=(key in LARGEST_FIRST) != reverse)
    return ordered + [each for each in summaries if each not in known]


def format_summaries(summaries: list[RunSummary]) -> str:
    """Format a table, and a line for each damaged run."""
    lines: list[tuple[str, ...]] = [
        ("run", "recipe", "data", "epochs", "state", "validation accuracy", "test accuracy", "seconds", "date")
    ]
    for each in summaries:
        epochs = "" if each.planned_epochs is None else f"{each.epochs}/{each.planned_epochs}"
        seconds = "" if each.seconds is None else f"{each.seconds:,.0f}"
        date = (each.date or "")[:16].replace("T", " ")
        accuracies = [str(accuracy or "") for accuracy in (each.validation, each.test)]
        lines.append((each.name, each.recipe or "", " + ".join(each.data), epochs, each.state, *accuracies, seconds, date))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([*rows, *(f"{each.name}: {each.problem}" for each in summaries if each.problem)])
