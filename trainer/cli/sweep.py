"""`trainer sweep`."""

from pathlib import Path
from typing import Any

import click

from trainer.cli.option_groups import GroupedCommand
from trainer.cli.options import command_line_settings, config_settings, setting_options
from trainer.cli.parallel import folder_option, format_failures, jobs_option, run_fits
from trainer.errors import FitFailed
from trainer.experiments.parallel_fits import FitTask
from trainer.experiments.sweep import expand_grid, format_sweep, measure_trials, parse_grid, write_sweep


@click.command(cls=GroupedCommand)
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="NAME=VALUE;VALUE…",
    help="A setting and its values, separated by semicolons; repeat to fit every combination. The values of a setting that can "
    "be repeated are joined by +.",
)
@click.option(
    "--seeds", type=click.IntRange(1, 1_000), default=1, show_default=True, help="Seeds per combination, from --seed."
)
@setting_options()
@folder_option
@jobs_option
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
def sweep(vary: tuple[str, ...], seeds: int, folder: Path, jobs: int, markdown: bool, **options: Any) -> None:
    """Fit every combination of some settings; compare validation accuracy and inference cost.

    The test set isn't used. With --seeds the splits differ too, and the table shows means.
    The values of --vary take precedence over those of --config.
    """
    trials = expand_grid(parse_grid(vary), command_line_settings(options), seeds, config_settings(options))
    tasks = [FitTask(trial.settings, folder / trial.name, exported=True) for trial in trials]
    failures = run_fits(tasks, jobs)
    rows = measure_trials([(trial, task) for trial, task in zip(trials, tasks, strict=True) if task.path not in failures])
    write_sweep(folder, rows, failures)
    if rows:
        click.echo(format_sweep(rows, markdown))
    if failures:
        raise FitFailed(f"{len(failures)} of {len(tasks)} fits failed: {format_failures(failures)}")
