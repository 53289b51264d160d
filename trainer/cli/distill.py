"""`trainer distill`."""

from pathlib import Path
from typing import Any

import click

from trainer.cli.fit import progress_option, run_fit, run_option
from trainer.cli.options import setting_options, settings_from_options


@click.command()
@setting_options(teachers=True)
@run_option
@progress_option
def distill(run: Path | None, progress: str, **options: Any) -> None:
    """Train a network on the labels and on the predictions of teachers.

    A teacher is a finished run that held out the same images, or the folder of an ensemble. The exported network is the same as
    without teachers.
    """
    run_fit(settings_from_options(options), run, progress)
