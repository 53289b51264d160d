"""`trainer sweep`."""

from pathlib import Path

import click

from trainer.cli.options import given_only, setting_options
from trainer.cli.parallel import do_all, folder_option, jobs_option, told
from trainer.errors import FitFailed
from trainer.experiments.parallel_fits import Task
from trainer.experiments.sweep import combinations, format_rows, measure, parse_vary, write_sweep


@click.command()
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="NAME=VALUE;VALUE…",
    help="A setting and its values, parted by semicolons; repeated, every combination is fitted. Of a setting that may be "
    "repeated, + adds values up.",
)
@click.option("--seeds", type=click.IntRange(1, 1_000), default=1, show_default=True, help="Fits of each, from --seed on.")
@setting_options()
@folder_option
@jobs_option
@click.option("--markdown", is_flag=True, help="The table as Markdown.")
def sweep(vary, seeds: int, folder: Path, jobs: int, markdown: bool, **options) -> None:
    """Fit every combination of some settings, and compare accuracy on the validation part with the cost of an answer.

    The test part is not looked at. With --seeds, the parts differ, too, and the figures are means.
    """
    trials = combinations(parse_vary(vary), given_only(options), seeds)
    tasks = [Task(trial.settings, folder / trial.name, exported=True) for trial in trials]
    failures = do_all(tasks, jobs)
    rows = measure([(trial, task) for trial, task in zip(trials, tasks, strict=True) if task.path not in failures])
    write_sweep(folder, rows, failures)
    if rows:
        click.echo(format_rows(rows, markdown))
    if failures:
        raise FitFailed(f"Expected {len(tasks)} fits. Received {len(failures)} that failed: {told(failures)}")
