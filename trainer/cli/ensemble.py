"""`trainer ensemble`."""

from pathlib import Path
from typing import Any

import click

from trainer.cli.option_groups import GroupedCommand
from trainer.cli.options import setting_options, settings_from_options
from trainer.cli.parallel import folder_option, format_failures, jobs_option, run_fits
from trainer.distillation.ensemble import format_scores, score_ensemble, write_ensemble
from trainer.errors import FitFailed
from trainer.experiments.parallel_fits import FitTask
from trainer.runs.run import Run


@click.command(cls=GroupedCommand)
@click.option("--members", type=click.IntRange(1, 1_000), default=5, show_default=True, help="Number of fits.")
@setting_options("member")
@folder_option
@jobs_option
def ensemble(members: int, folder: Path, jobs: int, **options: Any) -> None:
    """Train several networks that differ only in initial weights, order and augmentation, and evaluate their mean.

    The folder contains a run per member and can be the --teacher of `trainer distill`.
    """
    settings = settings_from_options(options)
    tasks = [FitTask(settings.override(member=member), folder / f"member-{member}") for member in range(members)]
    failures = run_fits(tasks, jobs)
    if failures:
        raise FitFailed(f"{len(failures)} of {members} members failed: {format_failures(failures)}")
    from trainer.backend.device import prepare_backend

    prepare_backend(settings.device)
    scores = score_ensemble([Run.open(task.path) for task in tasks])
    write_ensemble(folder, scores)
    click.echo(format_scores(scores))
