"""Options and execution shared by the commands that run many fits."""

from collections.abc import Sequence
from pathlib import Path

import click

from trainer.cli.interrupt import stop_on_interrupt
from trainer.errors import FitFailed
from trainer.experiments.parallel_fits import FitTask, ParallelFits, check_run_folders, is_complete

folder_option = click.option(
    "--run",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="Folder of all runs. Complete runs in it are skipped, interrupted ones resumed.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Number of fits at a time, each in its own process.",
)


def run_fits(tasks: Sequence[FitTask], jobs: int) -> dict[Path, str]:
    """Run all fits; return the reason of each failure. Raises FitFailed after Ctrl-C."""
    check_run_folders(tasks)
    stop = stop_on_interrupt()
    completed = sum(map(is_complete, tasks))
    click.echo(f"{len(tasks)} fits" + (f", {completed} already complete" if completed else ""), err=True)
    failures = ParallelFits(jobs, stop.is_set, lambda line: click.echo(line, err=True)).run(tasks)
    if stop.is_set():
        raise FitFailed(f"Stopped after {sum(map(is_complete, tasks))} of {len(tasks)} fits. Run the same command to continue.")
    return failures


def format_failures(failures: dict[Path, str]) -> str:
    """Format which fits failed and why."""
    return "; ".join(f"{path.name}: {reason}" for path, reason in failures.items())
