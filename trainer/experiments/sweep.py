"""Sweep: a fit for every combination of some settings, ranked by validation accuracy, with the cost of each network."""

import hashlib
import itertools
import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkling.errors import InvalidInput
from trainer.experiments.parallel_fits import FitTask
from trainer.io.atomic import replace_file
from trainer.recipes import DEFAULT_RECIPE, recipe
from trainer.runs.run import Run
from trainer.settings import LIST_SETTINGS, NO_OUTLIERS, SETTING_FIELDS, FitSettings

SWEEP_FILE = "sweep.json"
MAX_NAME_LENGTH = 60
"""Characters of a folder's name before its hash."""

MEAN_COLUMNS = ("val_accuracy", "val_loss", "microseconds_per_crop", "seconds")
COST_COLUMNS = ("parameters", "multiply_adds")
HEADINGS = ("val_accuracy", "val_loss", "µs/crop", "parameters", "multiply-adds", "seconds")


@dataclass(frozen=True)
class SweepTrial:
    """One fit of a sweep. varied: the settings that differ between trials; the trial's name is made of them."""

    varied: dict[str, Any]
    settings: FitSettings

    @property
    def name(self) -> str:
        """A folder name that no other combination has."""
        text = " ".join(f"{name}={format_value(value)}" for name, value in self.varied.items()) + f" seed={self.settings.seed}"
        words = re.sub(r"[^A-Za-z0-9.=]+", "-", text)[:MAX_NAME_LENGTH].strip("-")
        return f"{words}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def parse_grid(texts: Sequence[str]) -> dict[str, list[Any]]:
    """Parse texts such as "learning-rate=0.002;0.004" into the values of each setting. Raises InvalidInput."""
    grid: dict[str, list[Any]] = {}
    for text in texts:
        name, separator, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not separator or name not in SETTING_FIELDS:
            raise InvalidInput(f"Expected --vary as NAME=VALUE;VALUE, got {text!r:.60}. Settings: {', '.join(SETTING_FIELDS)}.")
        if name == "seed":
            raise InvalidInput("The seed can't be varied with --vary; use --seeds.")
        if name in grid:
            raise InvalidInput(f"--vary {name} is given twice; list all values in one.")
        grid[name] = [_parse_value(name, value.strip()) for value in values.split(";")]
        if len({format_value(value) for value in grid[name]}) < len(grid[name]):
            raise InvalidInput(f"--vary {name} has a value twice.")
    return grid


def expand_grid(
    grid: dict[str, list[Any]], fixed: dict[str, Any], seeds: int, config: dict[str, Any] | None = None
) -> list[SweepTrial]:
    """Return a trial for every combination and seed.

    fixed: settings of all trials, none of which may be varied too, except the recipe. config: settings of a config file; both
    others take precedence. Raises InvalidInput.
    """
    twice = sorted(grid.keys() & fixed.keys() - {"recipe"})
    if twice:
        raise InvalidInput(f"{twice[0]} is both varied and given.")
    trials = []
    for values in itertools.product(*grid.values()):
        varied = dict(zip(grid, values, strict=True))
        overrides = (config or {}) | fixed | varied
        settings = recipe(overrides.pop("recipe", DEFAULT_RECIPE), **overrides)
        trials += [SweepTrial(varied, settings.override(seed=settings.seed + offset)) for offset in range(seeds)]
    return trials


def measure_trials(trials: Sequence[tuple[SweepTrial, FitTask]]) -> list[dict]:
    """Return a row per combination, the best first (see `rank_rows`); numbers are means over its seeds.

    Each has the varied settings, validation metrics of the best epoch (center crop), time, size and multiply-adds of the
    exported network, and a dict per fit.
    """
    from inkling.models.predictor import Predictor  # onnxruntime needs 17 MB, which the service does without
    from trainer.evaluation.timing import microseconds_per_crop

    rows: dict[str, dict] = {}
    predictors = [Predictor(task.model) for _, task in trials]
    for (trial, task), predictor, microseconds in zip(trials, predictors, microseconds_per_crop(predictors), strict=True):
        run = Run.open(task.path)
        best = [row for row in run.history() if row["best"]][-1]
        fit = {
            "run": task.path.name,
            "seed": trial.settings.seed,
            "validation_images": run.data["counts"]["validation"],
            "epoch": best["epoch"],
            "val_accuracy": best["val_accuracy"],
            "val_loss": best["val_loss"],
            "microseconds_per_crop": round(microseconds, 2),
            "parameters": sum(layer["parameters"] for layer in predictor.card.raw["layers"]),
            "multiply_adds": sum(layer["multiply_adds"] for layer in predictor.card.raw["layers"]),
            "seconds": run.fitted["seconds"],
        }
        key = json.dumps(trial.varied)
        rows.setdefault(key, {"settings": trial.varied, "fits": []})["fits"].append(fit)
    for row in rows.values():
        row |= {name: statistics.fmean(fit[name] for fit in row["fits"]) for name in MEAN_COLUMNS}
        row |= {name: row["fits"][0][name] for name in COST_COLUMNS}
    return rank_rows(list(rows.values()))


def rank_rows(rows: list[dict]) -> list[dict]:
    """Return the rows by validation accuracy, highest first, then by validation loss, as a fit selects its best epoch."""
    return sorted(rows, key=lambda row: (-row["val_accuracy"], row["val_loss"]))


def write_sweep(folder: Path, rows: list[dict], failures: dict[Path, str]) -> None:
    """Write the rows and the reason of each failure to sweep.json."""
    content = {"rows": rows, "failed": {path.name: reason for path, reason in failures.items()}}
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    replace_file(folder / SWEEP_FILE, lambda path: path.write_text(text, "utf-8"))


def format_sweep(rows: list[dict], markdown: bool = False) -> str:
    """Format the rows as a table, with the number of validation images and seeds."""
    names = list(rows[0]["settings"])
    lines = [[*names, *HEADINGS]] + [
        [*(format_value(row["settings"][name]) for name in names), *_format_metrics(row)] for row in rows
    ]
    counts = sorted({fit["validation_images"] for row in rows for fit in row["fits"]})
    seeds = max(len(row["fits"]) for row in rows)
    note = f"validation images: {', '.join(f'{n:,}' for n in counts)}; best epoch, center crop" + (
        f"; means of {seeds} seeds" if seeds > 1 else ""
    )
    if markdown:
        ruler = ["---"] * len(names) + ["--:"] * len(HEADINGS)
        return "\n".join(f"| {' | '.join(cells)} |" for cells in [lines[0], ruler, *lines[1:]]) + f"\n\n{note}"
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)) for cells in lines]
    return "\n".join([*table, note])


def format_value(value: Any) -> str:
    """Format a setting's value as `--vary` takes it."""
    return ("+".join(value) or NO_OUTLIERS) if isinstance(value, tuple | list) else str(value)


def _format_metrics(row: dict) -> list[str]:
    accuracies = [fit["val_accuracy"] for fit in row["fits"]]
    spread = f" ± {statistics.stdev(accuracies):.2%}" if len(accuracies) > 1 else ""
    return [
        f"{row['val_accuracy']:.2%}{spread}",
        f"{row['val_loss']:.4f}",
        f"{row['microseconds_per_crop']:.1f}",
        f"{row['parameters']:,.0f}",
        f"{row['multiply_adds']:,.0f}",
        f"{row['seconds']:,.0f}",
    ]


def _parse_value(name: str, text: str) -> Any:
    if name in LIST_SETTINGS:
        return () if name == "outliers" and text == NO_OUTLIERS else tuple(text.split("+"))
    kind: Any = SETTING_FIELDS[name].type
    try:
        return kind(text)
    except ValueError as error:
        raise InvalidInput(f"Expected {name} as {kind.__name__}, got {text!r:.40}.") from error
