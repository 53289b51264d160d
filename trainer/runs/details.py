"""All that `trainer runs show` prints of a run."""

from typing import Any

from trainer.recipes import RECIPES, recipe
from trainer.runs.run import Run
from trainer.runs.summary import MeasuredAccuracy, RunSummary, distinct_reports
from trainer.settings_table import format_settings
from trainer.training.setting_changes import read_changes


def describe_run(run: Run, summary: RunSummary) -> dict[str, Any]:
    """Return the summary, settings, changes, data, accuracies, phases and files of a run that is not damaged."""
    fitted = run.fitted
    reports = run.read_json("report.json")["reports"] if fitted else {}
    return {
        "summary": summary.to_dict(),
        "settings": run.settings.to_dict(),
        "changes": [{name: row[name] for name in ("epoch", "step", "changes")} for row in read_changes(run)],
        "data": [*run.data["sets"], *run.data.get("outliers", [])],
        "counts": run.data["counts"],
        "test": {
            crops: vars(MeasuredAccuracy.measured(report["accuracy"], report["data"]["n"]))
            for crops, report in distinct_reports(reports).items()
        },
        "phases": fitted.get("phases", {}),
        "fitted": {name: fitted[name] for name in ("device", "backend", "commit", "versions") if name in fitted},
        "files": {
            str(file.relative_to(run.path)): file.stat().st_size for file in sorted(run.path.rglob("*")) if file.is_file()
        },
    }


def format_run(run: Run, summary: RunSummary) -> str:
    """Format the same as text."""
    found = describe_run(run, summary)
    lines = [f"{summary.path}: {summary.state}, {summary.epochs} of {summary.planned_epochs} epochs, {summary.date}"]
    base = recipe(summary.recipe) if summary.recipe in RECIPES else run.settings
    lines += ["", f"SETTINGS (* differs from the recipe {summary.recipe})", format_settings(run.settings, base)]
    for change in found["changes"]:
        values = ", ".join(f"{name} {value}" for name, value in change["changes"].items())
        lines.append(f"changed in epoch {change['epoch']}, step {change['step']}: {values}")
    lines += ["", "DATA"]
    for each in found["data"]:
        lines.append(
            f"  {each['name']}  {each['n']:,} images  {each.get('role', '')}".rstrip() + f"  SHA-256 {each['sha256'][:12]}…"
        )
    lines.append("  " + ", ".join(f"{count:,} {part}" for part, count in found["counts"].items()))
    if summary.validation or found["test"]:
        lines += ["", "ACCURACY (95 % interval)"]
    if summary.validation:
        lines.append(f"  validation, 1 crop   {summary.validation}")
    for crops, values in found["test"].items():
        lines.append(f"  test, {f'{crops} crop' + 's' * (crops != '1'):<14} {MeasuredAccuracy(**values)}")
    if found["phases"]:
        total = sum(found["phases"].values())
        lines += ["", "SECONDS"]
        lines += [f"  {phase:<12} {seconds:>10,.1f} {seconds / total:>5.0%}" for phase, seconds in found["phases"].items()]
        lines.append(f"  {'total':<12} {total:>10,.1f}")
    if found["fitted"]:
        names = found["fitted"]
        lines += ["", f"{names.get('device')}, {names.get('backend')}, commit {names.get('commit')}"]
        lines.append(", ".join(f"{name} {version}" for name, version in names.get("versions", {}).items()))
    lines += ["", "FILES", *(f"  {size:>10,}  {name}" for name, size in found["files"].items())]
    return "\n".join(lines)
