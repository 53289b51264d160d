"""What the commands that do many fits have in common."""

from collections.abc import Sequence
from pathlib import Path

import click

from trainer.cli.interrupt import stop_on_interrupt
from trainer.errors import FitFailed
from trainer.experiments.parallel_fits import Children, Task, check_tasks, is_done

folder_option = click.option(
    "--run",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="The folder for all of the runs. What is done in it stays, what was begun goes on.",
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Fits at once, each in a process of its own."
)


def do_all(tasks: Sequence[Task], jobs: int) -> dict[Path, str]:
    """Do all fits; return for each that failed why. Raises FitFailed after Ctrl-C, which says how to go on."""
    check_tasks(tasks)
    stop = stop_on_interrupt()
    before = sum(map(is_done, tasks))
    click.echo(f"{len(tasks)} fits" + (f", {before} of them done before" if before else ""), err=True)
    failures = Children(jobs, stop.is_set, lambda line: click.echo(line, err=True)).do(tasks)
    if stop.is_set():
        raise FitFailed(
            f"Stopped with {sum(map(is_done, tasks))} of {len(tasks)} fits done. The same command goes on from there."
        )
    return failures


def told(failures: dict[Path, str]) -> str:
    """Which fits failed, and why."""
    return "; ".join(f"{path.name}: {why}" for path, why in failures.items())
