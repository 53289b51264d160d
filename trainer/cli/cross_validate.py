"""`trainer cross-validate`."""

import json
from pathlib import Path
from typing import Any

import click

from trainer.cli.option_groups import GroupedCommand
from trainer.cli.options import setting_options, settings_from_options
from trainer.cli.parallel import folder_option, format_failures, jobs_option, run_fits
from trainer.errors import FitFailed
from trainer.experiments.cross_validation import check_folds, format_summary, plan_folds, summarize_folds, write_summary
from trainer.runs.run import Run


@click.command("cross-validate", cls=GroupedCommand)
@click.option("--folds", type=click.IntRange(2, 100), default=5, show_default=True, help="Number of parts, and of fits.")
@setting_options("folds", "fold")
@folder_option
@jobs_option
@click.option("--crops", type=click.Choice(["1", "4"]), default="4", show_default=True, help="Crops per test image.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def cross_validate(folds: int, folder: Path, jobs: int, crops: str, as_json: bool, **options: Any) -> None:
    """Measure the accuracy of some settings on all images of a small dataset: a fit per fold, tested on the fold.

    The folds are stratified by label, or by writer, and ignore the dataset's own test split. Writes cross-validation.json.
    """
    settings = settings_from_options(options)
    tasks = plan_folds(settings, folds, folder)
    check_folds(settings, folds)
    failures = run_fits(tasks, jobs)
    if failures:
        raise FitFailed(f"{len(failures)} of {folds} folds failed: {format_failures(failures)}")
    summary = summarize_folds([Run.open(task.path) for task in tasks], crops)
    write_summary(folder, summary)
    click.echo(json.dumps(summary) if as_json else format_summary(summary))
