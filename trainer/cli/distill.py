"""`trainer distill`."""

from pathlib import Path
from typing import Any

import click

from trainer.cli.fit import log_option, progress_option, run_fit, run_option
from trainer.cli.option_groups import GroupedCommand
from trainer.cli.options import setting_options, settings_from_options


@click.command(cls=GroupedCommand)
@setting_options()
@run_option
@log_option
@progress_option
def distill(run: Path | None, trackers: tuple[str, ...], progress: str, **options: Any) -> None:
    """Train a network on the labels and on the predictions of teachers.

    A teacher is a finished run that held out the same images, or the folder of an ensemble. The exported network is the same as
    without teachers.
    """
    settings = settings_from_options(options)
    if not settings.teachers:
        raise click.UsageError("Missing option '--teacher'.")
    run_fit(settings, run, progress, trackers)
