"""Sweep: every combination of some settings, fitted, and what each is worth: accuracy kept aside against cost."""

import hashlib
import itertools
import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkling.errors import BadInput
from trainer.experiments.parallel_fits import Task
from trainer.io.atomic import replace_file
from trainer.recipes import recipe
from trainer.runs.run import Run
from trainer.settings import DECLARED, LISTS, NONE, FitSettings

SWEEP = "sweep.json"
LONGEST_NAME = 60
"""Characters of a folder's name before its fingerprint."""

MEASURED, COUNTED = ("accuracy", "loss", "microseconds", "seconds"), ("parameters", "multiply_adds")
HEADS = ("validation accuracy", "validation loss", "µs a crop", "parameters", "multiply-adds", "seconds")


@dataclass(frozen=True)
class Trial:
    """One fit of a sweep. varied: the settings that it does not share with all others; its name is made of them."""

    varied: dict[str, Any]
    settings: FitSettings

    @property
    def name(self) -> str:
        """A name for its folder, which no other combination has."""
        text = " ".join(f"{name}={shown(value)}" for name, value in self.varied.items()) + f" seed={self.settings.seed}"
        words = re.sub(r"[^A-Za-z0-9.=]+", "-", text)[:LONGEST_NAME].strip("-")
        return f"{words}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def parse_vary(texts: Sequence[str]) -> dict[str, list[Any]]:
    """Texts such as "learning-rate=0.002;0.004" -> the values of each setting. Raises BadInput."""
    found: dict[str, list[Any]] = {}
    for text in texts:
        name, given, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not given or name not in DECLARED:
            raise BadInput(
                f"Expected --vary as NAME=VALUE;VALUE with NAME out of {', '.join(DECLARED)}. Received {text!r:.60}."
            )
        if name == "seed":
            raise BadInput("Expected --seeds for fits that differ in their seed. Received --vary seed.")
        if name in found:
            raise BadInput(f"Expected each setting once, with all of its values. Received --vary {name} again.")
        found[name] = [_value(name, value.strip()) for value in values.split(";")]
        if len({shown(value) for value in found[name]}) < len(found[name]):
            raise BadInput(f"Expected different values of {name}. Received one twice.")
    return found


def combinations(vary: dict[str, list[Any]], given: dict[str, Any], seeds: int) -> list[Trial]:
    """A trial for every combination and seed. given: the settings that all share, with the recipe. Raises BadInput."""
    twice = sorted(vary.keys() & given.keys() - {"recipe"})
    if twice:
        raise BadInput(f"Expected {twice[0]} either varied or given. Received both.")
    trials = []
    for values in itertools.product(*vary.values()):
        varied = dict(zip(vary, values, strict=True))
        overrides = given | varied
        settings = recipe(overrides.pop("recipe"), **overrides)
        trials += [Trial(varied, settings.override(seed=settings.seed + further)) for further in range(seeds)]
    return trials


def measure(trials: Sequence[tuple[Trial, Task]]) -> list[dict]:
    """A row for each combination that was fitted, the least validation loss first; figures are means over its seeds.

    Each has the settings that vary, the figures of its best epoch on the validation part (the centre crop), the time, size and
    work of the exported network, and a dict for each fit.
    """
    from inkling.models.predictor import Predictor  # onnxruntime takes 17 MB, which the service does without
    from trainer.evaluation.timing import microseconds_a_crop

    rows: dict[str, dict] = {}
    predictors = [Predictor(task.model) for _, task in trials]
    for (trial, task), predictor, took in zip(trials, predictors, microseconds_a_crop(predictors), strict=True):
        run = Run.open(task.path)
        best = [row for row in run.history() if row["best"]][-1]
        fit = {
            "run": task.path.name,
            "seed": trial.settings.seed,
            "validation": run.data["counts"]["validation"],
            "epoch": best["epoch"],
            "accuracy": best["validation_accuracy"],
            "loss": best["validation_loss"],
            "microseconds": round(took, 2),
            "parameters": sum(layer["parameters"] for layer in predictor.card.fields["layers"]),
            "multiply_adds": sum(layer["multiply_adds"] for layer in predictor.card.fields["layers"]),
            "seconds": run.fitted["seconds"],
        }
        key = json.dumps(trial.varied)
        rows.setdefault(key, {"settings": trial.varied, "fits": []})["fits"].append(fit)
    for row in rows.values():
        row |= {name: statistics.fmean(fit[name] for fit in row["fits"]) for name in MEASURED}
        row |= {name: row["fits"][0][name] for name in COUNTED}
    return sorted(rows.values(), key=lambda row: row["loss"])


def write_sweep(folder: Path, rows: list[dict], failures: dict[Path, str]) -> None:
    """Keep the rows, and which fits failed and why."""
    content = {"rows": rows, "failed": {path.name: why for path, why in failures.items()}}
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    replace_file(folder / SWEEP, lambda path: path.write_text(text, "utf-8"))


def format_rows(rows: list[dict], markdown: bool = False) -> str:
    """The rows as a table, with how many images and fits stand behind them."""
    names = list(rows[0]["settings"])
    lines = [[*names, *HEADS]] + [[*(shown(row["settings"][name]) for name in names), *_figures(row)] for row in rows]
    counts = sorted({fit["validation"] for row in rows for fit in row["fits"]})
    fits = max(len(row["fits"]) for row in rows)
    note = f"validation images: {', '.join(f'{n:,}' for n in counts)}; best epoch, centre crop" + (
        f"; means of {fits} seeds" if fits > 1 else ""
    )
    if markdown:
        ruler = ["---"] * len(names) + ["--:"] * len(HEADS)
        return "\n".join(f"| {' | '.join(cells)} |" for cells in [lines[0], ruler, *lines[1:]]) + f"\n\n{note}"
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)) for cells in lines]
    return "\n".join([*table, note])


def shown(value: Any) -> str:
    """A setting's value as `--vary` takes it."""
    return ("+".join(value) or NONE) if isinstance(value, tuple | list) else str(value)


def _figures(row: dict) -> list[str]:
    spread = [fit["accuracy"] for fit in row["fits"]]
    more = f" ± {statistics.stdev(spread):.2%}" if len(spread) > 1 else ""
    return [
        f"{row['accuracy']:.2%}{more}",
        f"{row['loss']:.4f}",
        f"{row['microseconds']:.1f}",
        f"{row['parameters']:,.0f}",
        f"{row['multiply_adds']:,.0f}",
        f"{row['seconds']:,.0f}",
    ]


def _value(name: str, text: str) -> Any:
    if name in LISTS:
        return () if name == "outliers" and text == NONE else tuple(text.split("+"))
    try:
        return DECLARED[name].type(text)
    except ValueError as error:
        raise BadInput(f"Expected {name} as {DECLARED[name].type.__name__}. Received {text!r:.40}.") from error
