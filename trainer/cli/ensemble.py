"""`trainer ensemble`."""

from pathlib import Path

import click

from trainer.cli.options import setting_options, settings_of
from trainer.cli.parallel import do_all, folder_option, jobs_option, told
from trainer.distillation.ensemble import format_scores, score_ensemble, write_ensemble
from trainer.errors import FitFailed
from trainer.experiments.parallel_fits import Task
from trainer.runs.run import Run


@click.command()
@click.option("--members", type=click.IntRange(1, 1_000), default=5, show_default=True, help="Fits to be averaged.")
@setting_options("member")
@folder_option
@jobs_option
def ensemble(members: int, folder: Path, jobs: int, **options) -> None:
    """Fit several networks that differ in first weights, order and augmentation only, and score their mean.

    The folder holds a run for each, and serves `distill` as a teacher.
    """
    settings = settings_of(options)
    tasks = [Task(settings.override(member=place), folder / f"member-{place}") for place in range(members)]
    failures = do_all(tasks, jobs)
    if failures:
        raise FitFailed(f"Expected {members} members. Received failures: {told(failures)}")
    from trainer.backend.device import prepare

    prepare(settings.device)
    scores = score_ensemble([Run.open(task.path) for task in tasks])
    write_ensemble(folder, scores)
    click.echo(format_scores(scores))
